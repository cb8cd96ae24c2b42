# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The options of the module ``applyset``, and the call that serves it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..kube.argument_spec import AUTH_ARGUMENT_SPEC
from ..kube.connection import connect, require_libraries
from ..kube.invocation import Invocation
from ..manifests.load import load_manifests
from ..manifests.problem import ManifestError
from ..ownership.labels import FIELD_MANAGER
from .request import Given, Request
from .result import ApplySetError
from .run import apply_set
from .step import Conflicts

_MOST_OBJECTS = 20_000
"""Per task. More than an inventory can record, which gives the better message."""

ARGUMENT_SPEC: dict[str, dict[str, Any]] = {
    "name": {"type": "str", "required": True},
    "inventory_namespace": {"type": "str", "required": True},
    "state": {"type": "str", "choices": ["present", "absent"], "default": "present"},
    "definition": {"type": "list", "elements": "dict"},
    "src": {"type": "list", "elements": "path"},
    "yielding_definition": {"type": "list", "elements": "dict"},
    "kustomize_binary": {"type": "path"},
    "namespace": {"type": "str"},
    "conflicts": {"type": "str", "choices": [choice.value for choice in Conflicts], "default": "fail"},
    "prune": {"type": "bool", "default": True},
    "validate": {"type": "bool", "default": True},
    "wait": {"type": "bool", "default": True},
    "wait_timeout": {"type": "float", "default": 300.0},
    "field_manager": {"type": "str", "default": FIELD_MANAGER},
    "seldon_expected": {"type": "bool", "default": False},
    "connections": {"type": "int", "default": 8},
    **AUTH_ARGUMENT_SPEC,
}
CONSTRAINTS: dict[str, Any] = {
    "required_if": [("state", "present", ("definition", "src", "yielding_definition"), True)]
}


def run(params: Mapping[str, Any], invocation: Invocation) -> dict[str, Any]:
    """The module's result; a failed one has ``failed`` and ``msg``. Raises KubeError."""
    try:
        require_libraries()
        request = _request(params)
        client = connect(params, invocation.environ, connections=request.connections)
        return apply_set(
            client,
            request,
            check_mode=invocation.check_mode,
            diff_mode=invocation.diff_mode,
            progress=invocation.progress,
        )
    except ApplySetError as error:
        return {"changed": False, **error.result, "failed": True, "msg": str(error)}
    except ManifestError as error:
        return {"changed": False, "failed": True, "msg": str(error)}


def _request(params: Mapping[str, Any]) -> Request:
    return Request(
        name=params["name"],
        inventory_namespace=params["inventory_namespace"],
        given=_given(params),
        namespace=params["namespace"],
        field_manager=params["field_manager"],
        prune=params["prune"],
        validate=params["validate"],
        wait=params["wait"],
        wait_timeout=params["wait_timeout"],
        seldon_expected=params["seldon_expected"],
        connections=max(1, params["connections"]),
    )


def _given(params: Mapping[str, Any]) -> list[Given]:
    """Inline objects, then those of files, then those that do not replace objects of others."""
    if params["state"] == "absent":
        return []
    conflicts = Conflicts(params["conflicts"])
    given = [Given(obj, conflicts) for obj in params["definition"] or []]
    if params["src"]:
        manifests = load_manifests(params["src"], kustomize=params["kustomize_binary"], max_objects=_MOST_OBJECTS)
        given += [Given(manifest.object, conflicts, str(manifest.place)) for manifest in manifests]
    given += [Given(obj, Conflicts.LEAVE) for obj in params["yielding_definition"] or []]
    if not given:
        raise ApplySetError("no object is given, which would remove the whole set. To remove it, set state: absent")
    return given
