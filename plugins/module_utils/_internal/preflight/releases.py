# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Reads Helm's records of a release, which are in Secrets."""

from __future__ import annotations

import base64
import binascii
import gzip
import json
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import Enum
from typing import Any

from ..kube.types import KubeObject
from .release_number import parse_release

INTERRUPTION = 30.0
"""Seconds after which an unfinished record counts as interrupted: a running Helm writes its record within this time, as
it only creates objects.
"""

_UNFINISHED = frozenset(("pending-install", "pending-upgrade", "pending-rollback", "uninstalling"))


class State(str, Enum):
    """CURRENT: deployed with the wanted chart and values. UNFINISHED: Helm may be running. BROKEN: failed or interrupted."""

    ABSENT = "absent"
    CURRENT = "current"
    OUTDATED = "outdated"
    UNFINISHED = "unfinished"
    BROKEN = "broken"


@dataclass(frozen=True)
class Record:
    """One revision. ``secret`` and ``uid`` are name and uid of its Secret; ``touched``: when Helm last wrote it."""

    revision: int
    status: str
    secret: str
    uid: str
    touched: datetime
    payload: str


@dataclass(frozen=True)
class Content:
    """Chart and values of a revision."""

    chart: str
    version: str
    values: Mapping[str, Any]


@dataclass(frozen=True)
class Release:
    """``version`` is that of the deployed chart, or empty. ``leftovers`` are the broken records after the deployed one."""

    name: str
    state: State
    version: str = ""
    leftovers: tuple[Record, ...] = ()
    redeploy: bool = False
    """Deploy again: without the leftovers the record matches, but the objects may not."""


def records_of(name: str, secrets: Sequence[KubeObject]) -> list[Record]:
    """The revisions of a release, oldest first."""
    own = [_record(secret) for secret in secrets if (secret["metadata"].get("labels") or {}).get("name") == name]
    return sorted(own, key=lambda record: record.revision)


def judge_release(
    name: str, secrets: Sequence[KubeObject], version: str, values: Mapping[str, Any], now: datetime
) -> Release:
    """The release compared with the chart version and the values that are wanted."""
    records = [record for record in records_of(name, secrets) if record.status not in ("superseded", "uninstalled")]
    if not records:
        return Release(name, State.ABSENT)
    top = records[-1]
    deployed = next((record for record in reversed(records) if record.status == "deployed"), None)
    leftovers = tuple(record for record in records if deployed is None or record.revision > deployed.revision)
    content = decode(deployed.payload) if deployed else None
    as_wanted = content == Content(name, version, values)
    deployed_version = content.version if content else ""
    if not leftovers:
        return Release(name, State.CURRENT if as_wanted else State.OUTDATED, deployed_version)
    young = (now - top.touched).total_seconds() < INTERRUPTION
    state = State.UNFINISHED if top.status in _UNFINISHED and young else State.BROKEN
    return Release(name, state, deployed_version, leftovers, redeploy=as_wanted)


def is_downgrade(release: Release, version: str) -> bool:
    """Whether the deployed chart is newer than the wanted one."""
    deployed, wanted = parse_release(release.version), parse_release(version)
    return deployed is not None and wanted is not None and deployed > wanted


def decode(payload: str) -> Content | None:
    """The content of a Secret's ``release`` key; None where it is not Helm's format."""
    try:
        packed = base64.b64decode(base64.b64decode(payload))
        release = json.loads(gzip.decompress(packed) if packed[:2] == b"\x1f\x8b" else packed)
        chart = release["chart"]["metadata"]
        return Content(chart["name"], chart["version"], release.get("config") or {})
    except (binascii.Error, OSError, EOFError, zlib.error, ValueError, KeyError, TypeError):
        return None


def _record(secret: KubeObject) -> Record:
    metadata = secret["metadata"]
    labels = metadata["labels"]
    payload = (secret.get("data") or {}).get("release", "")
    revision, status = int(labels.get("version", 0)), labels.get("status", "")
    return Record(revision, status, metadata["name"], metadata["uid"], _touched(metadata), payload)


def _touched(metadata: Mapping[str, Any]) -> datetime:
    stamp = metadata["labels"].get("modifiedAt", "")
    if stamp.isdigit():
        return datetime.fromtimestamp(int(stamp), UTC)
    return datetime.strptime(metadata["creationTimestamp"], "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)
