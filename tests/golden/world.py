# SPDX-License-Identifier: GPL-3.0-or-later
"""One input: a cluster, a tenant's options and its team's files."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

KubeObject = dict[str, Any]


@dataclass(frozen=True)
class World:
    """``options`` and the params are those of the modules. ``objects`` are all that the cluster holds. ``files``: text
    by path.

    ``unserved``: API groups that the cluster does not have. ``denied``: plurals that the user may not read.
    """

    name: str
    options: Mapping[str, Any]
    files: Mapping[str, str]
    objects: Sequence[KubeObject]
    kubernetes: str = "v1.34.2"
    unserved: frozenset[str] = frozenset()
    denied: frozenset[str] = frozenset()
    tenant_params: Mapping[str, Any] = field(default_factory=dict)
    serverconfig_params: Mapping[str, Any] = field(default_factory=dict)
    quota_params: Mapping[str, Any] = field(default_factory=dict)

    @property
    def tenant(self) -> str:
        """The tenant's namespace."""
        return str(self.options["name"])
