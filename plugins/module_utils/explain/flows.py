# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Connections, and how they are said in few words."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from .text import named

Port = tuple[str, int]
"""Protocol and number."""
EVERY = "every port"
LABELLED = "namespaces with "
"""How the title of a namespace begins that is known by other labels than its name."""


@dataclass(frozen=True)
class Flow:
    """``source`` and ``destination`` are titles; ``ports`` is text."""

    source: str
    destination: str
    ports: str


def ports_text(ports: Iterable[Port]) -> str:
    """``TCP 80, 443, UDP 53``."""
    found = sorted(set(ports))
    protocols = dict.fromkeys(protocol for protocol, _number in found)
    return ", ".join(
        f"{protocol} {', '.join(str(number) for own, number in found if own == protocol)}" for protocol in protocols
    )


def said(flows: Iterable[Flow]) -> list[tuple[str, str]]:
    """Sources and what they reach, each as text. What has the same ends is said once."""
    reached: dict[str, dict[str, list[str]]] = {}
    for flow in flows:
        reached.setdefault(flow.source, {}).setdefault(flow.ports, []).append(flow.destination)
    alike: dict[str, list[str]] = {}
    for source, by_ports in reached.items():
        text = "; ".join(f"{titles_text(destinations)} ({ports})" for ports, destinations in by_ports.items())
        alike.setdefault(text, []).append(source)
    return [(titles_text(sources), text) for text, sources in alike.items()]


def titles_text(titles: Sequence[str]) -> str:
    """``LABELLED`` is said once."""
    labelled = [title.removeprefix(LABELLED) for title in titles if title.startswith(LABELLED)]
    others = [title for title in titles if not title.startswith(LABELLED)]
    return ", ".join(text for text in (named(others), LABELLED + named(labelled) if labelled else "") if text)
