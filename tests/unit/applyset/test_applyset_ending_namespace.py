# SPDX-License-Identifier: GPL-3.0-or-later
"""Network policies outlive the pods of a removed namespace: only the deletion of the namespace removes them."""

from __future__ import annotations

import pytest
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.applyset.objects import ObjectKey
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.applyset.removal import (
    spare_containers,
    with_their_namespace,
)
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.applyset.step import Action, Step
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.kube.resource import Resource
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.kube.resources import (
    CONFIG_MAP,
    DEPLOYMENT,
    NAMESPACE,
    NETWORK_POLICY,
    SERVICE_ACCOUNT,
)


def step(resource: Resource, action: Action, namespace: str, name: str) -> Step:
    return Step(
        action,
        resource,
        ObjectKey(resource.group, resource.kind, namespace if resource.namespaced else "", name),
        None,
        {},
    )


@pytest.mark.parametrize(
    ("namespace", "policy", "left"),
    [
        (Action.REMOVE, Action.REMOVE, ["deny"]),
        (Action.KEEP, Action.REMOVE, []),
        (Action.REMOVE, Action.KEEP, []),
    ],
)
def test_they_are_left_only_where_both_are_removed(namespace: Action, policy: Action, left: list[str]) -> None:
    steps = [
        step(NAMESPACE, namespace, "", "t"),
        step(NETWORK_POLICY, policy, "t", "deny"),
        step(NETWORK_POLICY, Action.REMOVE, "other", "deny-elsewhere"),
        step(DEPLOYMENT, Action.REMOVE, "t", "operator"),
        step(CONFIG_MAP, Action.REMOVE, "t", "settings"),
    ]
    assert [found.key.name for found in with_their_namespace(steps)] == left


@pytest.mark.parametrize(
    ("kept", "action"),
    [
        ((SERVICE_ACCOUNT, "default"), Action.REMOVE),
        ((SERVICE_ACCOUNT, "robot"), Action.KEEP),
        ((CONFIG_MAP, "default"), Action.KEEP),
    ],
    ids=str,
)
def test_what_kubernetes_puts_into_every_namespace_does_not_keep_it(kept: tuple[Resource, str], action: Action) -> None:
    """Somebody has added a pull secret to the ServiceAccount, so it is kept by itself."""
    removals = [step(NAMESPACE, Action.REMOVE, "", "t"), step(kept[0], Action.KEEP, "t", kept[1])]
    assert spare_containers(removals, whole_set=True)[0].action is action
