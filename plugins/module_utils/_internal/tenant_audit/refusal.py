# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Finds the API server's message about a missing permission in a condition, an event or a log that quotes it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

_Q = r'\\{0,8}"'
"""A quotation mark, also as it is inside of JSON."""
_REFUSED = re.compile(
    rf'User {_Q}(?P<user>[^"\\\x00-\x1f]{{1,256}}){_Q} cannot (?P<verb>[a-z]{{1,32}}) '
    rf"(?:resource {_Q}(?P<resource>[a-z0-9./-]{{1,128}}){_Q}(?: in API group {_Q}(?P<group>[a-z0-9.-]{{0,253}}){_Q})?"
    rf"(?: in the namespace {_Q}(?P<namespace>[a-z0-9-]{{1,63}}){_Q})?"
    rf'|path {_Q}(?P<path>/[^"\\\x00-\x1f?]{{0,256}}))',
    re.ASCII,
)
_ESCALATES = re.compile(
    rf'(?<![a-z0-9.-])(?P<resource>[a-z0-9.-]{{1,128}}) {_Q}[^"\\\x00-\x1f]{{1,253}}{_Q} '
    rf'is forbidden: user {_Q}(?P<user>[^"\\\x00-\x1f]{{1,256}}){_Q} \(groups=',
    re.ASCII,
)
_BEGUN = re.compile(r'forbidden: [Uu]ser "', re.ASCII)


@dataclass(frozen=True)
class Refusal:
    """``resource`` is such as ``models.mlops.seldon.io``, or a path. ``namespace`` is empty for the whole cluster, and
    where none was named.
    """

    user: str
    verb: str
    resource: str
    namespace: str = ""

    def __str__(self) -> str:
        return f"{self.user} cannot {self.verb} {self.resource}" + (f" in {self.namespace}" if self.namespace else "")


def tells_of_refusal(text: str) -> bool:
    """Also where the message was cut."""
    return bool(_BEGUN.search(text)) or any(True for _refusal in refusals(text))


def refusals(text: str) -> Iterator[Refusal]:
    """At most one per line, of the API server's words only: the rest of the line is dropped."""
    for line in text.splitlines():
        if match := _REFUSED.search(line):
            yield Refusal(
                match["user"],
                match["verb"],
                match["path"] or _resource(match["resource"], match["group"]),
                match["namespace"] or "",
            )
        elif "is forbidden: user " in line and (match := _ESCALATES.search(line)):
            yield Refusal(match["user"], "escalate", match["resource"])


def _resource(resource: str, group: str | None) -> str:
    """As RBAC's tools write it: ``deployments.apps/scale``."""
    plural, slash, subresource = resource.partition("/")
    return f"{plural}.{group}{slash}{subresource}" if group else resource
