# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The options of the module ``serverconfig_info``, and the call that serves it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..kube.argument_spec import AUTH_ARGUMENT_SPEC
from ..kube.connection import connect, require_libraries
from ..kube.invocation import Invocation
from ..manifests.problem import ManifestError
from ..serverconfig.policy import Fallback
from .gate import FailOn
from .info import serverconfig_info
from .question import read_question

ARGUMENT_SPEC: dict[str, dict[str, Any]] = {
    "namespaces": {"type": "list", "elements": "str", "default": []},
    "src": {"type": "list", "elements": "path", "default": []},
    "namespace": {"type": "str"},
    "kustomize_binary": {"type": "path"},
    "cluster": {"type": "bool", "default": True},
    "platform_namespace": {"type": "str"},
    "shared_namespaces": {"type": "list", "elements": "str", "default": []},
    "fallback": {"type": "str", "default": "warn", "choices": [choice.value for choice in Fallback]},
    "admin": {"type": "bool", "default": False},
    "planned": {"type": "bool", "default": False},
    "fail_on": {"type": "str", "default": "nothing", "choices": [choice.value for choice in FailOn]},
    **AUTH_ARGUMENT_SPEC,
}
CONSTRAINTS: dict[str, Any] = {}


def run(params: Mapping[str, Any], invocation: Invocation) -> dict[str, Any]:
    """The module's result; a failed one has ``failed`` and ``msg``. Raises KubeError."""
    require_libraries()
    try:
        question = read_question(params)
    except ManifestError as problem:
        return {"changed": False, "failed": True, "msg": str(problem)}
    return serverconfig_info(connect(params, invocation.environ) if params["cluster"] else None, question)
