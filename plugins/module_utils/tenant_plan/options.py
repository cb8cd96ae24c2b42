# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The options of the module ``tenant_plan``, and the call that serves it and its action plugin."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any

from ..kube.argument_spec import AUTH_ARGUMENT_SPEC
from ..kube.connection import connect
from ..kube.errors import KubeError
from ..manifests.load import load_manifests
from ..manifests.manifest import Manifest
from ..manifests.problem import ManifestError
from ..manifests.team_rules import RuleOptionError
from ..tenant.options import TenantOptions
from ..tenant.parse import OptionsError, parse_options
from .plan import Expectation, TenantRefused, plan_tenant

ARGUMENT_SPEC: dict[str, dict[str, Any]] = {
    "tenant": {"type": "dict", "required": True},
    "manifests": {"type": "list", "elements": "path", "default": []},
    "manifests_relative_to": {"type": "path"},
    "extra_kinds": {"type": "list", "elements": "str", "default": []},
    "kustomize_binary": {"type": "path"},
    "expected_platform": {
        "type": "dict",
        "options": {
            "image": {"type": "str", "default": "seldonv2-controller"},
            "server_configs": {"type": "list", "elements": "str", "default": ["mlserver", "triton"]},
        },
    },
    **AUTH_ARGUMENT_SPEC,
}


def run_tenant_plan(params: Mapping[str, Any], environ: Mapping[str, str] = os.environ) -> dict[str, Any]:
    """The module's result; one that did not succeed has ``failed`` and ``msg``."""
    try:
        options, manifests = _local(params)
        client = connect(params, environ)
        return plan_tenant(client, options, manifests, params["extra_kinds"], _expectation(params))
    except (TenantRefused, RuleOptionError, KubeError) as error:
        return {"changed": False, "failed": True, "msg": str(error)}


def _local(params: Mapping[str, Any]) -> tuple[TenantOptions, list[Manifest]]:
    """What can be judged without a cluster, all of it at once."""
    problems = []
    options, manifests = None, None
    try:
        options = parse_options(params["tenant"])
    except OptionsError as error:
        problems.append(str(error))
    try:
        manifests = load_manifests(
            params["manifests"], kustomize=params["kustomize_binary"], relative_to=params["manifests_relative_to"]
        )
    except ManifestError as error:
        problems.append(str(error))
    if options is None or manifests is None:
        raise TenantRefused(problems)
    return options, manifests


def _expectation(params: Mapping[str, Any]) -> Expectation | None:
    expected = params["expected_platform"]
    return Expectation(expected["image"], expected["server_configs"]) if expected else None
