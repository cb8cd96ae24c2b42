# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The requested platform."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePath
from typing import Any

from ..diagnosis.diagnostic import Diagnostic
from ..isolation.guard.options import GuardOptions
from ..kube.types import KubeObject
from ..seldon import release
from ..tenant.options.network import NetworkOptions
from .nested_options import guard_options, network_options

SUPPORTED = tuple(map(str, release.SUPPORTED))


@dataclass(frozen=True)
class Request:
    """The module's options, without those of the connection.

    ``guard_problems`` and ``network_problems`` are the problems of the options for ``guard`` and ``network``. Do not use
    these where there are problems.
    """

    namespace: str
    manage: bool
    version: str
    chart_source: str
    values: Mapping[str, Any]
    server_configs: Sequence[KubeObject]
    crd_guard: bool
    deletion_guard: bool
    scoping_guard: bool
    guard: GuardOptions
    guard_problems: Sequence[Diagnostic]
    network_policies: bool
    network: NetworkOptions
    network_problems: Sequence[Diagnostic]
    allow_downgrade: bool
    helm_binary: str
    programs: Sequence[str]
    prefix: str = ""
    """The caller's prefix of option names: ``seldon_core_`` in that role."""

    def option(self, name: str) -> str:
        """The name of an option in messages."""
        return self.prefix + name


def parse_request(params: Mapping[str, Any]) -> Request:
    """The request of validated module parameters."""
    prefix = f"{PurePath(params['role_path']).name}_" if params["role_path"] else ""
    guard, guard_problems = guard_options(params["allowed_registries"], params["scoping_guard_options"], prefix)
    network, network_problems = network_options(params["network"] or {}, prefix)
    return Request(
        namespace=params["namespace"],
        manage=params["manage"],
        version=params["version"],
        chart_source=params["chart_source"],
        values=params["values"] or {},
        server_configs=params["server_configs"] or [],
        crd_guard=params["crd_guard"],
        deletion_guard=params["deletion_guard"],
        scoping_guard=params["scoping_guard"],
        guard=guard,
        guard_problems=guard_problems,
        network_policies=params["network_policies"],
        network=network,
        network_problems=network_problems,
        allow_downgrade=params["allow_downgrade"],
        helm_binary=params["helm_binary"] or "",
        programs=params["programs"] or [],
        prefix=prefix,
    )
