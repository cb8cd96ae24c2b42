# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The result of `serverconfig_info`: every Server as data and in words, what could not be read, and the whole in one
word.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from ..diagnosis.place import Place
from ..kube.resources import NAMESPACE, SERVER
from ..serverconfig.code import Code
from ..serverconfig.finding import is_error
from ..serverconfig.policy import Policy
from ..serverconfig.resolve import Agreement, Report, Resolution, Verdict
from ..serverconfig.suggest import suggest
from ..serverconfig.text import details, explain, troubleshooting
from .data import resolution_data
from .read import UNTOLD_PLATFORM
from .readings import Lists, Refused, key_of

_ASKED = frozenset((Code.NOT_FOUND, Code.SCOPE_UNSUPPORTED))
"""Those that the troubleshooting of ServerConfigs is about."""


Places = Mapping[tuple[str, str], Place]
NOWHERE: Places = MappingProxyType({})


@dataclass(frozen=True)
class Answer:
    """``absent``: namespaces asked about that do not exist; ``unread``: words for Servers that could not be listed.

    ``places``: of Servers that come from files, by namespace and name.
    """

    data: dict[str, Any]
    report: Report
    absent: tuple[str, ...]
    unread: tuple[str, ...]
    places: Places


def answer(
    report: Report,
    policy: Policy,
    lists: Lists,
    refused: Sequence[Refused],
    asked: Sequence[str],
    places: Places = NOWHERE,
) -> Answer:
    """``asked``: the namespaces asked about; empty for all."""
    absent, doubtful = _absent(report, lists, asked)
    unread = tuple(f"Servers of {namespace or 'all namespaces'} could not be listed" for namespace in report.unread)
    known = policy if policy.platform_namespace != UNTOLD_PLATFORM else Policy(None)
    servers = [_server(resolution, known, places) for resolution in report.resolutions]
    counts = Counter(resolution.verdict for resolution in report.resolutions)
    verdict = Verdict.OK
    if counts[Verdict.ERROR] or absent:
        verdict = Verdict.ERROR
    elif counts[Verdict.UNKNOWN] or unread or doubtful:
        verdict = Verdict.UNKNOWN
    lines = [line for server in servers for line in server["text"].splitlines()]
    lines += [f"Namespace {name}: {_absence(name, lists)}" for name in absent]
    lines += [f"Namespace {name}: no Server; whether the namespace exists could not be read" for name in doubtful]
    lines += [f"unknown: {words}" for words in unread]
    lines += [f"unread: {found.words()}" for found in refused]
    summary = ", ".join(f"{counts[name]} {name.value}" for name in Verdict if counts[name])
    data = {
        "changed": False,
        "verdict": verdict.value,
        "servers": servers,
        "platform_namespace": known.platform_namespace,
        "absent_namespaces": list(absent),
        "unread": [
            {
                "resource": found.resource.plural,
                "namespace": found.namespace,
                "cause": found.refusal.cause.value,
                "message": found.refusal.words,
            }
            for found in refused
        ],
        "text": "\n".join(
            [*lines, f"verdict: {verdict.value}; {_servers(len(servers))}" + (f": {summary}" if summary else "")]
        ),
    }
    return Answer(data, report, absent, unread, places)


def next_step(resolution: Resolution) -> str:
    """The one thing to do first; empty if there is nothing."""
    first = resolution.desired.next_step or resolution.actual.next_step
    return first or next(
        (finding.next_step for finding in resolution.findings if is_error(finding) and finding.next_step), ""
    )


def titled(resolution: Resolution, places: Places, text: str) -> str:
    """With file and line before it, where the Server comes from a file."""
    place = places.get((resolution.namespace, resolution.server))
    return f"{place}  {text}" if place else text


def _server(resolution: Resolution, policy: Policy, places: Places) -> dict[str, Any]:
    data = resolution_data(resolution)
    steps = troubleshooting(resolution, policy) if resolution.error in _ASKED else []
    first, *others = explain(resolution)
    # A next step that both name is listed once.
    known = [line for line in details(resolution) if line.is_step]
    lines = [titled(resolution, places, first), *others, *(f"  {line}" for line in steps if line not in known)]
    place = places.get((resolution.namespace, resolution.server))
    return {
        **data,
        "place": str(place) if place else "",
        "next_step": next_step(resolution),
        "troubleshooting": list(map(str, steps)),
        "text": "\n".join(lines),
    }


def _absent(report: Report, lists: Lists, asked: Sequence[str]) -> tuple[tuple[str, ...], list[str]]:
    """Of the namespaces asked about those that do not exist, and those without a Server of which that cannot be told."""
    with_servers = {key_of(obj)[0] for obj in lists[SERVER].objects}
    listing = lists[NAMESPACE]
    existing = {name for _none, name in map(key_of, listing.objects)}
    bare = [name for name in asked if name not in with_servers and name not in existing]
    doubtful = [name for name in bare if listing.refusal(name) is not None]
    return tuple(name for name in bare if name not in doubtful), doubtful


def _absence(name: str, lists: Lists) -> str:
    """With a likely name: an operator of the platform may know them all."""
    near = suggest(name, [("", existing) for _none, existing in map(key_of, lists[NAMESPACE].objects)], "")
    return "does not exist" + (f'; did you mean "{near[0].name}"?' if near else "")


def _servers(number: int) -> str:
    return f"{number} Server" if number == 1 else f"{number} Servers"


def agrees(resolution: Resolution) -> bool:
    """Whether the running operators certainly use what the pattern demands."""
    return resolution.agreement is Agreement.AGREES
