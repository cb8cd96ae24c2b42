# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The options of the module ``operator_info``, and the call that serves it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..kube.argument_spec import AUTH_ARGUMENT_SPEC
from ..kube.connection import connect
from ..kube.invocation import Invocation
from .answer import operator_info

ARGUMENT_SPEC: dict[str, dict[str, Any]] = {
    "namespaces": {"type": "list", "elements": "str"},
    **AUTH_ARGUMENT_SPEC,
}
CONSTRAINTS: dict[str, Any] = {}


def run(params: Mapping[str, Any], invocation: Invocation) -> dict[str, Any]:
    """The module's result. Raises KubeError."""
    return operator_info(connect(params, invocation.environ), params["namespaces"])
