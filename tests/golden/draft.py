# SPDX-License-Identifier: GPL-3.0-or-later
"""A random world that is not complete yet."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import yaml

from .world import KubeObject, World


@dataclass
class Draft:
    """``team``: the objects by the name of their file. ``more_files`` are texts that are not written from objects."""

    name: str
    options: dict[str, Any]
    team: dict[str, list[KubeObject]]
    platform: list[KubeObject]
    live: list[KubeObject]
    kubernetes: str = "v1.34.2"
    unserved: set[str] = field(default_factory=set)
    denied: set[str] = field(default_factory=set)
    more_files: dict[str, str] = field(default_factory=dict)
    tenant_params: dict[str, Any] = field(default_factory=dict)
    serverconfig_params: dict[str, Any] = field(default_factory=dict)
    quota_params: dict[str, Any] = field(default_factory=dict)

    @property
    def tenant(self) -> str:
        return str(self.options["name"])

    def add(self, *objects: KubeObject) -> None:
        """Adds objects to the team's files."""
        self.team.setdefault("k8s/more.yaml", []).extend(objects)

    def of(self, *kinds: str) -> Iterator[KubeObject]:
        """The team's objects of these kinds."""
        return (obj for objects in self.team.values() for obj in objects if obj["kind"] in kinds)

    def central(self) -> KubeObject:
        """The central operator's Deployment."""
        return next(obj for obj in self.platform if obj["kind"] == "Deployment")

    def world(self) -> World:
        """The complete world, with the files in the form that a team writes."""
        return World(
            self.name,
            self.options,
            {**{path: _text(path, objects) for path, objects in self.team.items() if objects}, **self.more_files},
            [*self.platform, *self.live],
            self.kubernetes,
            frozenset(self.unserved),
            frozenset(self.denied),
            self.tenant_params,
            self.serverconfig_params,
            self.quota_params,
        )


def _text(path: str, objects: list[KubeObject]) -> str:
    if path.endswith(".json"):
        return (
            json.dumps({"apiVersion": "v1", "kind": "List", "items": objects}, indent=2)
            if len(objects) > 1
            else json.dumps(objects[0], indent=2)
        )
    return "# The team's\n" + "".join(
        "---\n" + yaml.safe_dump(obj, sort_keys=False, allow_unicode=True) for obj in objects
    )
