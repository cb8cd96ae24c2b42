# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The options of the module ``tenant``, and the call that serves it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..applyset.request import Given, Request
from ..applyset.result import ApplySetError
from ..applyset.run import apply_set
from ..applyset.step import Conflicts
from ..kube.argument_spec import AUTH_ARGUMENT_SPEC, ROLE_ARGUMENT_SPEC
from ..kube.connection import connect, require_libraries
from ..kube.errors import KubeError
from ..kube.invocation import Invocation
from ..kube.objects import of
from ..kube.resources import NETWORK_POLICY, SELDON_CONFIG, SERVER_CONFIG
from ..manifests.load import load_manifests
from ..manifests.manifest import Manifest
from ..manifests.problem import ManifestError
from ..manifests.team_rules import RuleOptionError
from .claims import conflicts_of
from .diagnose import Reasons, tenant_operator, why_not_ready
from .files import tenant_files, unwritable, write_files
from .network.switch import meanwhile
from .options.tenant_options import OptionsError, TenantOptions, parse_options
from .plan import PlannedTenant, TenantRefused, plan_tenant
from .result import result_of, tenant_notes

ARGUMENT_SPEC: dict[str, dict[str, Any]] = {
    "tenant": {"type": "dict", "required": True},
    "manifests": {"type": "list", "elements": "path", "default": []},
    "manifests_relative_to": {"type": "path"},
    "extra_kinds": {"type": "list", "elements": "str", "default": []},
    "kustomize_binary": {"type": "path"},
    "take_over": {"type": "bool", "default": False},
    "checks": {"type": "str", "choices": ["enforce", "warn"], "default": "enforce"},
    "wait": {"type": "bool", "default": True},
    "wait_timeout": {"type": "float", "default": 300.0},
    "expected_platforms": {
        "type": "list",
        "elements": "dict",
        "default": [],
        "options": {
            "server": {"type": "str", "required": True},
            "namespace": {"type": "str", "required": True},
            "objects": {"type": "list", "elements": "dict", "required": True},
            "kinds": {"type": "bool", "required": True},
        },
    },
    **ROLE_ARGUMENT_SPEC,
    **AUTH_ARGUMENT_SPEC,
}
CONSTRAINTS: dict[str, Any] = {}


def run(params: Mapping[str, Any], invocation: Invocation) -> dict[str, Any]:
    """The module's result; a failed one has ``failed`` and ``msg``."""
    described: dict[str, Any] = {"changed": False, "waited": params["wait"]}
    try:
        require_libraries()
        options, manifests = _local(params)
        client = connect(params, invocation.environ)
        expected = params["expected_platforms"] if invocation.check_mode else ()
        planned = plan_tenant(
            client, options, manifests, params["extra_kinds"], expected, params["checks"] == "enforce"
        )
        described |= result_of(options, planned)
        request = _request(params, options, planned)
        try:
            applied = apply_set(
                client,
                request,
                check_mode=invocation.check_mode,
                diff_mode=invocation.diff_mode,
                progress=invocation.progress,
            )
            return described | _with_files(applied, options, planned, invocation)
        except ApplySetError as error:
            # A result tells that writing had begun, so that the pods have something to say.
            reasons = why_not_ready(client, options) if error.result else Reasons()
            notes = tenant_notes(planned, reasons.servers) if error.result else []
            lines = [str(error), *map(_indented, reasons.texts), *(_indented(f"note: {note}") for note in notes)]
            described.pop("capacity", None)  # a failure shows its whole result
            return described | error.result | {"failed": True, "msg": "\n".join(lines)}
    except (TenantRefused, RuleOptionError, KubeError) as error:
        return described | {"failed": True, "msg": str(error)}


def _indented(text: str) -> str:
    return "\n".join(f"  {line}" for line in text.splitlines())


def _local(params: Mapping[str, Any]) -> tuple[TenantOptions, list[Manifest]]:
    """Checks everything that needs no cluster. All problems are reported together."""
    problems = [*params["problems"]]
    options, manifests = None, None
    try:
        options = parse_options(params["tenant"])
        problems += unwritable(options)
    except OptionsError as error:
        problems.append(str(error))
    try:
        manifests = load_manifests(
            params["manifests"], kustomize=params["kustomize_binary"], relative_to=params["manifests_relative_to"]
        )
    except ManifestError as error:
        problems.append(str(error))
    if problems or options is None or manifests is None:
        raise TenantRefused(problems)
    return options, manifests


def _with_files(
    applied: dict[str, Any], options: TenantOptions, planned: PlannedTenant, invocation: Invocation
) -> dict[str, Any]:
    """``applied`` with the written files, or with the error of writing them."""
    try:
        written = write_files(tenant_files(options, planned), check_mode=invocation.check_mode)
    except OSError as error:
        said = f"{error.filename} cannot be written: {error.strerror}. The tenant itself was applied; run again to write the file"
        return {**applied, "failed": True, "msg": said}
    result = {**applied, "changed": applied["changed"] or written["changed"], "files": written["files"]}
    return {**result, "diff": [*applied["diff"], *written["diff"]]} if invocation.diff_mode else result


def _request(params: Mapping[str, Any], options: TenantOptions, planned: PlannedTenant) -> Request:
    """One set for the whole tenant, recorded where the tenant cannot write. Fields that the team changed in its own
    objects stay as they are.
    """
    live, take_over = planned.live, params["take_over"]
    given = [Given(obj, conflicts_of(obj, options, live.namespace, take_over)) for obj in planned.plan.platform_objects]
    given += [Given(manifest.object, Conflicts.LEAVE, str(manifest.place)) for manifest in planned.team]
    passing = meanwhile(
        options.name,
        live.namespace is not None,
        of(NETWORK_POLICY, planned.plan.platform_objects),
        live.network_policies,
    )
    return Request(
        name=options.name,
        inventory_namespace=options.platform_namespace,
        given=given,
        namespace=options.name,
        meanwhile=[Given(obj) for obj in passing],
        yielding=(SELDON_CONFIG, SERVER_CONFIG),
        take_over="tenant_namespace_take_over: true",
        wait=params["wait"],
        wait_timeout=params["wait_timeout"],
        seldon_expected=planned.expected.kinds,
        operator=tenant_operator(options),
    )
