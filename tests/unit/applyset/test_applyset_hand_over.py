# SPDX-License-Identifier: GPL-3.0-or-later
"""Objects that others have changed: the set gives them up without a change, and some of its fields stay in them."""

from __future__ import annotations

import json
from typing import Any

import pytest
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.applyset.hand_over import (
    hand_over_patch,
    leftovers,
)
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.applyset.inventory import (
    PART_OF_LABEL,
    Inventory,
    Member,
)
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.applyset.objects import ObjectKey
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.applyset.plan import make_plan
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.applyset.step import Action
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.kube.resources import SERVER_CONFIG

from tests.unit.applyset.test_applyset_compare import OURS, entry

OFFERED = {
    "f:metadata": {"f:labels": {f"f:{PART_OF_LABEL}": {}}},
    "f:spec": {
        "f:podSpec": {
            "f:terminationGracePeriodSeconds": {},
            "f:containers": {
                'k:{"name":"mlserver"}': {
                    ".": {},
                    "f:name": {},
                    "f:image": {},
                    "f:resources": {"f:limits": {"f:memory": {}}},
                }
            },
        }
    },
}
IMAGE = {"f:spec": {"f:podSpec": {"f:containers": {'k:{"name":"mlserver"}': {"f:image": {}}}}}}
KEY = ObjectKey(SERVER_CONFIG.group, "ServerConfig", "t", "mlserver")
SET = Inventory("t", "platform", {KEY: Member(SERVER_CONFIG, KEY, "u")}, "1")


def live(*entries: dict[str, Any], applied: object = None) -> dict[str, Any]:
    """An offered config; ``applied`` is the content of kubectl's last-applied annotation."""
    annotations = {} if applied is None else {"kubectl.kubernetes.io/last-applied-configuration": json.dumps(applied)}
    return {
        "apiVersion": SERVER_CONFIG.api_version,
        "kind": "ServerConfig",
        "metadata": {
            "name": "mlserver", "namespace": "t", "uid": "u", "resourceVersion": "7",
            "labels": {PART_OF_LABEL: SET.id}, "annotations": annotations, "managedFields": list(entries),
        },
        "spec": {"podSpec": {"containers": [{"name": "mlserver", "image": "x"}], "terminationGracePeriodSeconds": 120}},
    }  # fmt: skip


@pytest.mark.parametrize(
    ("others", "yields", "action"),
    [
        ([], True, Action.REMOVE),
        ([entry("kubectl-client-side-apply", IMAGE, "Update")], True, Action.HAND_OVER),
        ([entry("kubectl-client-side-apply", IMAGE, "Update")], False, Action.KEEP),
        ([entry("manager", IMAGE, "Update")], True, Action.REMOVE),
        ([entry("kubectl-label", {"f:metadata": {"f:labels": {"f:x": {}}}}, "Update")], True, Action.REMOVE),
    ],
)
def test_what_others_changed_is_theirs_where_the_kind_yields(
    others: list[dict[str, Any]], yields: bool, action: Action
) -> None:
    [step] = make_plan(
        [],
        {KEY: live(entry(OURS, OFFERED), *others)},
        SET,
        manager=OURS,
        prune=True,
        yielding=[SERVER_CONFIG] if yields else [],
    ).steps
    assert step.action is action
    assert step.gives_up is (action is not Action.KEEP) and not step.applies


def labelled(obj: dict[str, Any], **labels: str) -> dict[str, Any]:
    return {**obj, "metadata": {**obj["metadata"], "labels": labels}}


@pytest.mark.parametrize(
    ("changed", "action"),
    [
        # kubectl replace with a file without our label.
        (labelled(live(entry(OURS, OFFERED), entry("kubectl-replace", IMAGE, "Update"))), Action.HAND_OVER),
        # A run that was killed after the hand-over and before its record, or a forced apply of all our fields.
        (live(entry("kubectl-replace", IMAGE, "Update")), Action.HAND_OVER),
        (labelled(live(entry("kubectl-replace", IMAGE, "Update"))), Action.HAND_OVER),
        (
            labelled(live(entry(OURS, OFFERED), entry("x", IMAGE, "Update")), **{PART_OF_LABEL: "applyset-another-v1"}),
            Action.KEEP,
        ),
        (live(), Action.KEEP),
    ],
)
def test_what_others_changed_leaves_the_set_whatever_became_of_our_marks(
    changed: dict[str, Any], action: Action
) -> None:
    plan = make_plan([], {KEY: changed}, SET, manager=OURS, prune=True, yielding=[SERVER_CONFIG])
    assert [step.action for step in plan.steps] == [action]
    [step] = make_plan([], {KEY: changed}, SET, manager=OURS, prune=True).steps
    assert step.action is Action.KEEP


def test_only_our_entry_of_the_managed_fields_goes() -> None:
    theirs = entry("kubectl-client-side-apply", IMAGE, "Update")
    assert hand_over_patch(live(entry(OURS, OFFERED), theirs), OURS) == [
        {"op": "test", "path": "/metadata/resourceVersion", "value": "7"},
        {"op": "replace", "path": "/metadata/managedFields", "value": [theirs]},
    ]
    assert hand_over_patch(live(theirs), OURS) == []


def test_what_the_new_owner_never_asked_for_is_named() -> None:
    wanted = {
        "metadata": {"name": "mlserver"},
        "spec": {"podSpec": {"containers": [{"name": "mlserver", "image": "own"}]}},
    }
    mixture = live(entry(OURS, OFFERED), entry("kubectl-client-side-apply", IMAGE, "Update"), applied=wanted)
    assert leftovers(mixture, OURS) == [
        f".metadata.labels.{PART_OF_LABEL}",
        ".spec.podSpec.terminationGracePeriodSeconds",
        '.spec.podSpec.containers[name="mlserver"].resources.limits.memory',
    ]


def test_what_another_manager_applied_too_is_not_left_over() -> None:
    assert leftovers(live(entry(OURS, OFFERED), entry("argocd", OFFERED)), OURS) == []


@pytest.mark.parametrize("annotation", ["{", "[]", "7", '{"spec": {"podSpec": {"containers": {}}}}'])
def test_an_annotation_that_says_nothing_is_no_answer(annotation: str) -> None:
    obj = live(entry(OURS, OFFERED))
    obj["metadata"]["annotations"] = {"kubectl.kubernetes.io/last-applied-configuration": annotation}
    assert len(leftovers(obj, OURS)) == 5
