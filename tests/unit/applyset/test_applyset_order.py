# SPDX-License-Identifier: GPL-3.0-or-later
"""Network policies that allow are created before those that deny, and removed after them."""

from __future__ import annotations

from typing import Any

from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.applyset.execute import in_phases
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.applyset.objects import ObjectKey
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.applyset.step import Action, Step
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.kube.resource import Resource
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.kube.resources import (
    DEPLOYMENT,
    NETWORK_POLICY,
    ROLE_BINDING,
)

POLICIES: dict[str, Any] = {
    "deny": {"podSelector": {}, "policyTypes": ["Ingress", "Egress"]},
    "deny-too": {"podSelector": {}, "policyTypes": ["Egress"], "egress": []},
    "in": {"podSelector": {}, "ingress": [{}]},
    "out": {"podSelector": {}, "egress": [{}], "policyTypes": ["Egress"]},
}


def step(resource: Resource, name: str, action: Action) -> Step:
    obj = {"metadata": {"name": name}, "spec": POLICIES.get(name, {})}
    removed = action is Action.REMOVE
    return Step(
        action,
        resource,
        ObjectKey(resource.group, resource.kind, "t", name),
        None if removed else obj,
        obj if removed else None,
    )


def phases(action: Action, *, backwards: bool = False) -> list[set[str]]:
    steps = [
        step(DEPLOYMENT, "operator", action),
        *(step(NETWORK_POLICY, name, action) for name in POLICIES),
        step(ROLE_BINDING, "binding", action),
    ]
    return [{step.key.name for step in phase} for phase in in_phases(steps, backwards=backwards)]


def test_what_denies_is_applied_when_all_that_allows_is_there() -> None:
    assert phases(Action.CREATE) == [{"binding", "in", "out"}, {"deny", "deny-too"}, {"operator"}]


def test_what_denies_is_removed_first() -> None:
    assert phases(Action.REMOVE, backwards=True) == [{"operator"}, {"deny", "deny-too"}, {"binding", "in", "out"}]
