# SPDX-License-Identifier: GPL-3.0-or-later
"""Permissions that a plan needs and that no dry run checks."""

from __future__ import annotations

from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.applyset.objects import ObjectKey
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.applyset.permissions import needs_of
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.applyset.plan import Plan
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.applyset.step import Action, Step, Wanted
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.kube.permissions import WRITE, Need
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.kube.resource import Resource
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.kube.resources import (
    NETWORK_POLICY,
    ROLE,
    SERVER_CONFIG,
)

RECORD = Need(WRITE, "", "configmaps", "platform")


def key(resource: Resource, namespace: str) -> ObjectKey:
    return ObjectKey(resource.group, resource.kind, namespace, "x")


def step(action: Action, resource: Resource, namespace: str) -> Step:
    return Step(action, resource, key(resource, namespace), {}, {})


def test_a_plan_that_writes_nothing_takes_none() -> None:
    assert needs_of(Plan((step(Action.UNCHANGED, ROLE, "a"), step(Action.KEEP, ROLE, "a"))), {"a"}, "platform") == []


def test_only_what_a_dry_run_cannot_ask_for_is_asked_for() -> None:
    plan = Plan(
        (
            step(Action.UPDATE, ROLE, "there"),
            step(Action.CREATE, NETWORK_POLICY, "there"),
            step(Action.CREATE, ROLE, "new"),
        )
    )
    assert needs_of(plan, {"new"}, "platform") == [RECORD, Need(WRITE, ROLE.group, "roles", "new")]


def test_to_remove_and_to_hand_over() -> None:
    plan = Plan(
        (step(Action.REMOVE, ROLE, "a"), step(Action.HAND_OVER, SERVER_CONFIG, "a"), step(Action.UNCHANGED, ROLE, "b"))
    )
    assert needs_of(plan, (), "platform") == [
        RECORD,
        Need(("delete",), ROLE.group, "roles", "a"),
        Need(("patch",), SERVER_CONFIG.group, "serverconfigs", "a"),
    ]


def test_what_is_there_meanwhile_has_to_go_again() -> None:
    passing = Wanted(NETWORK_POLICY, key(NETWORK_POLICY, "a"), {})
    plan = Plan((step(Action.UPDATE, NETWORK_POLICY, "a"),), meanwhile=(passing,))
    assert Need((*WRITE, "delete"), NETWORK_POLICY.group, "networkpolicies", "a") in needs_of(plan, (), "platform")


def test_the_last_object_takes_the_record_with_it() -> None:
    assert Need((*WRITE, "delete"), "", "configmaps", "platform") in needs_of(
        Plan((step(Action.REMOVE, ROLE, "a"),)), (), "platform"
    )
