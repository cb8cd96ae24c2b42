# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The options of the module ``operator_wait``, and the call that serves it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..kube.argument_spec import AUTH_ARGUMENT_SPEC
from ..kube.connection import connect
from ..kube.invocation import Invocation
from ..seldon.operator_names import MANAGER_DEPLOYMENT
from .wait import wait_for_operator

ARGUMENT_SPEC: dict[str, dict[str, Any]] = {
    "namespace": {"type": "str", "required": True},
    "name": {"type": "str", "default": MANAGER_DEPLOYMENT},
    "wait_timeout": {"type": "float", "default": 300.0},
    **AUTH_ARGUMENT_SPEC,
}
CONSTRAINTS: dict[str, Any] = {}


def run(params: Mapping[str, Any], invocation: Invocation) -> dict[str, Any]:
    """The module's result. Raises KubeError."""
    if not invocation.check_mode:
        client = connect(params, invocation.environ)
        wait_for_operator(client, params["namespace"], params["name"], params["wait_timeout"], invocation.progress)
    return {"changed": False}
