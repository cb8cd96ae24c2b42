# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The options of the module ``preflight``, and the call that serves it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..kube.argument_spec import AUTH_ARGUMENT_SPEC, ROLE_ARGUMENT_SPEC
from ..kube.connection import require_libraries
from ..kube.invocation import Invocation
from ..seldon.charts import PLATFORM_NAMESPACE, REPOSITORY
from .checks import preflight
from .request import SUPPORTED, parse_request

ARGUMENT_SPEC: dict[str, dict[str, Any]] = {
    "namespace": {"type": "str", "default": PLATFORM_NAMESPACE},
    "manage": {"type": "bool", "default": True},
    "scoping": {"type": "str", "choices": ["dedicated"], "default": "dedicated"},
    "version": {"type": "str", "default": SUPPORTED[0]},
    "chart_source": {"type": "str", "default": REPOSITORY},
    "values": {"type": "dict", "default": {}},
    "server_configs": {"type": "list", "elements": "dict", "default": []},
    "crd_guard": {"type": "bool", "default": True},
    "deletion_guard": {"type": "bool", "default": True},
    "scoping_guard": {"type": "bool", "default": True},
    "allowed_registries": {"type": "list", "elements": "str", "default": []},
    "scoping_guard_options": {"type": "dict", "default": {}},
    "network_policies": {"type": "bool", "default": False},
    "network": {"type": "dict", "default": {}},
    "allow_downgrade": {"type": "bool", "default": False},
    "helm_binary": {"type": "str"},
    "programs": {"type": "list", "elements": "str", "default": []},
    **ROLE_ARGUMENT_SPEC,
    **AUTH_ARGUMENT_SPEC,
}
CONSTRAINTS: dict[str, Any] = {}


def run(params: Mapping[str, Any], invocation: Invocation) -> dict[str, Any]:
    """The module's result; a failed one has ``failed`` and ``msg``. Raises KubeError."""
    require_libraries()
    return preflight(parse_request(params), params, invocation)
