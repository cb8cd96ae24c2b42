# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What the checks are about: the platform as it is asked for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePath
from typing import Any

from ..kube.argument_spec import AUTH_ARGUMENT_SPEC
from ..kube.types import KubeObject

SUPPORTED = ("2.10.2", "2.9.1")
DEFAULT_SOURCE = "https://seldonio.github.io/helm-charts"

CRDS_CHART = "seldon-core-v2-crds"
SETUP_CHART = "seldon-core-v2-setup"
"""Names of the charts and of their releases."""

CENTRAL_OPERATOR = "seldon-v2-controller-manager"

ARGUMENT_SPEC: dict[str, dict[str, Any]] = {
    **AUTH_ARGUMENT_SPEC,
    "namespace": {"type": "str", "default": "seldon-system"},
    "manage": {"type": "bool", "default": True},
    "scoping": {"type": "str", "choices": ["dedicated"], "default": "dedicated"},
    "version": {"type": "str", "default": SUPPORTED[0]},
    "chart_source": {"type": "str", "default": DEFAULT_SOURCE},
    "values": {"type": "dict", "default": {}},
    "server_configs": {"type": "list", "elements": "dict", "default": []},
    "crd_guard": {"type": "bool", "default": True},
    "scoping_guard": {"type": "bool", "default": True},
    "allowed_registries": {"type": "list", "elements": "str", "default": []},
    "scoping_guard_options": {"type": "dict", "default": {}},
    "network_policies": {"type": "bool", "default": False},
    "network": {"type": "dict", "default": {}},
    "allow_downgrade": {"type": "bool", "default": False},
    "helm_binary": {"type": "str"},
    "programs": {"type": "list", "elements": "str", "default": []},
    "role_path": {"type": "path"},
    "problems": {"type": "list", "elements": "str", "default": []},
}


@dataclass(frozen=True)
class Request:
    """The module's options, without those of the connection."""

    namespace: str
    manage: bool
    version: str
    chart_source: str
    values: Mapping[str, Any]
    server_configs: Sequence[KubeObject]
    crd_guard: bool
    scoping_guard: bool
    allowed_registries: Sequence[str]
    scoping_guard_options: Mapping[str, Any]
    network_policies: bool
    network: Mapping[str, Any]
    allow_downgrade: bool
    helm_binary: str
    programs: Sequence[str]
    prefix: str = ""
    """What the caller puts before the options' names: ``seldon_core_`` in that role."""

    def option(self, name: str) -> str:
        """An option's name as the caller knows it."""
        return self.prefix + name


def parse_request(params: Mapping[str, Any]) -> Request:
    """From validated module parameters."""
    return Request(
        namespace=params["namespace"],
        manage=params["manage"],
        version=params["version"],
        chart_source=params["chart_source"],
        values=params["values"] or {},
        server_configs=params["server_configs"] or [],
        crd_guard=params["crd_guard"],
        scoping_guard=params["scoping_guard"],
        allowed_registries=params["allowed_registries"] or [],
        scoping_guard_options=params["scoping_guard_options"] or {},
        network_policies=params["network_policies"],
        network=params["network"] or {},
        allow_downgrade=params["allow_downgrade"],
        helm_binary=params["helm_binary"] or "",
        programs=params["programs"] or [],
        prefix=f"{PurePath(params['role_path']).name}_" if params["role_path"] else "",
    )
