# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Names of Servers that upstream cannot handle, and Servers of one namespace that get in each other's way."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from ..diagnosis.diagnostic import Diagnostic, Severity
from ..kube.json_values import whole
from ..kube.objects import name_of, spec_of
from ..kube.types import KubeObject
from ..manifests.names import MAX_SERVER_NAME
from ..seldon.effective import replicas_of
from .finding import finding

_LABEL = re.compile(r"[a-z]([-a-z0-9]{0,61}[a-z0-9])?", re.ASCII)
_PATH = "metadata.name"
_RENAME = "choose another name"


def name_findings(server: KubeObject, most_replicas: dict[str, int]) -> list[Diagnostic]:
    """``most_replicas``: those of all Servers of the namespace by name, see :func:`replicas_by_name`."""
    return list(_findings(name_of(server), most_replicas))


def replicas_by_name(servers: Iterable[KubeObject]) -> dict[str, int]:
    """How many replicas each Server has or may get."""
    found: dict[str, int] = {}
    for server in servers:
        limits = [whole(spec_of(server).get(key)) or 0 for key in ("minReplicas", "maxReplicas")]
        found[name_of(server)] = max(replicas_of(server), *limits)
    return found


def _findings(name: str, most_replicas: dict[str, int]) -> Iterator[Diagnostic]:
    if not _LABEL.fullmatch(name):
        what = (
            "has a dot" if "." in name else "does not begin with a letter, or has other characters than a-z, 0-9 and -"
        )
        yield finding(
            "bad_name",
            Severity.ERROR,
            _PATH,
            f"{what}: the Services of its replicas, <name>-<number>, would be invalid",
            _RENAME,
        )
    elif len(name) > MAX_SERVER_NAME:
        message = f"has {len(name)} characters, and the labels of a StatefulSet's pods allow {MAX_SERVER_NAME}"
        yield finding("long_name", Severity.ERROR, _PATH, message, "shorten it")
    stem, dash, number = name.rpartition("-")
    ordinal = number.isascii() and number.isdigit() and len(number) < 10 and (number == "0" or number[0] != "0")
    if dash and stem in most_replicas and ordinal and int(number) < most_replicas[stem]:
        yield finding(
            "colliding_name",
            Severity.WARNING,
            _PATH,
            f"replica {number} of Server {stem} gets a Service and a pod of this name",
            _RENAME,
        )
