# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Connections, and their short text."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from .text import named

Port = tuple[str, int]
"""Protocol and number."""
_LABELLED = "namespaces with"


@dataclass(frozen=True)
class End:
    """One end of a connection, within a sentence: its ``name``, or ``labels`` of namespaces that are known by other
    labels than their name.
    """

    name: str = ""
    labels: str = ""

    def __str__(self) -> str:
        return f"{_LABELLED} {self.labels}" if self.labels else self.name


@dataclass(frozen=True)
class OpenPorts:
    """``every`` port, or the ``listed`` ones, sorted; false where none is open. ``remark`` follows them in texts."""

    listed: tuple[Port, ...] = ()
    every: bool = False
    remark: str = ""

    def __bool__(self) -> bool:
        return self.every or bool(self.listed)

    def __str__(self) -> str:
        """``TCP 80, 443, UDP 53``."""
        protocols = dict.fromkeys(protocol for protocol, _number in self.listed)
        listed = ", ".join(
            f"{protocol} {', '.join(str(number) for own, number in self.listed if own == protocol)}"
            for protocol in protocols
        )
        return f"{'every port' if self.every else listed}{self.remark}"


@dataclass(frozen=True)
class Flow:
    """A connection that ``source`` opens."""

    source: End
    destination: End
    ports: OpenPorts


def open_ports(ports: Iterable[Port]) -> OpenPorts:
    """Each once."""
    return OpenPorts(tuple(sorted(set(ports))))


def said(flows: Iterable[Flow]) -> list[tuple[str, str]]:
    """Sources and what they reach, each as text. Flows with the same ends are listed once."""
    reached: dict[End, dict[OpenPorts, list[End]]] = {}
    for flow in flows:
        reached.setdefault(flow.source, {}).setdefault(flow.ports, []).append(flow.destination)
    alike: dict[str, list[End]] = {}
    for source, by_ports in reached.items():
        text = "; ".join(f"{_ends_text(destinations)} ({ports})" for ports, destinations in by_ports.items())
        alike.setdefault(text, []).append(source)
    return [(_ends_text(sources), text) for text, sources in alike.items()]


def _ends_text(ends: Sequence[End]) -> str:
    """``_LABELLED`` is written once."""
    labelled = [end.labels for end in ends if end.labels]
    others = [end.name for end in ends if not end.labels]
    return ", ".join(text for text in (named(others), f"{_LABELLED} {named(labelled)}" if labelled else "") if text)
