# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The options of the module ``tenant_audit``, and the call that serves it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..kube.argument_spec import AUTH_ARGUMENT_SPEC
from ..kube.connection import connect
from ..kube.invocation import Invocation
from ..seldon.charts import PLATFORM_NAMESPACE
from .answer import tenant_audit

ARGUMENT_SPEC: dict[str, dict[str, Any]] = {
    "namespaces": {"type": "list", "elements": "str"},
    "operator_log_lines": {"type": "int", "default": 1000},
    "platform_namespace": {"type": "str", "default": PLATFORM_NAMESPACE},
    "waivers": {
        "type": "list",
        "elements": "dict",
        "default": [],
        "options": {
            "rule": {"type": "str", "required": True},
            "reason": {"type": "str", "required": True},
            "expires": {"type": "str", "required": True},
            "tenant": {"type": "str"},
            "object": {"type": "str"},
        },
    },
    **AUTH_ARGUMENT_SPEC,
}
CONSTRAINTS: dict[str, Any] = {}


def run(params: Mapping[str, Any], invocation: Invocation) -> dict[str, Any]:
    """The module's result. Raises KubeError."""
    return tenant_audit(
        connect(params, invocation.environ),
        params["namespaces"],
        params["platform_namespace"],
        params["waivers"],
        params["operator_log_lines"],
    )
