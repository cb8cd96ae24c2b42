# SPDX-License-Identifier: GPL-3.0-or-later
"""The namespaces that one operator process watches, and the namespace of its configs."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from .release import Release

EVERYWHERE = ""


class Settings(NamedTuple):
    release: Release
    lookup_namespace: str
    watched: tuple[str, ...]  # ("",) is every namespace
    leader_elect: bool
    pace_file: Path | None = None  # see pace.py

    def sees(self, namespace: str) -> bool:
        return EVERYWHERE in self.watched or namespace in self.watched


def settings(values: Mapping[str, str | bool], environment: Mapping[str, str], release: Release) -> Settings:
    """The lookup namespace comes from the environment alone; the flag --namespace only adds watched namespaces."""
    return Settings(
        release=release,
        lookup_namespace=environment.get("POD_NAMESPACE") or "seldon-mesh",
        watched=watched(str(values["namespace"]), str(values["watch-namespaces"]), bool(values["clusterwide"])),
        leader_elect=bool(values["leader-elect"]),
        pace_file=Path(environment["LAB_PACE_FILE"]) if environment.get("LAB_PACE_FILE") else None,
    )


def watched(namespace: str, watch_namespaces: str, clusterwide: bool) -> tuple[str, ...]:
    """Namespaces of the cache. An empty --namespace next to a list widens the set to everything, as upstream does."""
    if not clusterwide:
        chosen = {namespace}
    elif not watch_namespaces:
        chosen = {EVERYWHERE}
    else:
        chosen = {namespace, *(name.strip() for name in watch_namespaces.split(",") if name.strip())}
    return (EVERYWHERE,) if EVERYWHERE in chosen else tuple(sorted(chosen))
