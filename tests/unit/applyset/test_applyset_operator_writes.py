# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes of the real operator do not cause a change or conflict, and do not keep an object from being removed."""

from __future__ import annotations

from typing import Any

from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.applyset.inventory import (
    PART_OF_LABEL,
    Inventory,
    Member,
    applyset_id,
)
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.applyset.objects import ObjectKey
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.applyset.plan import Plan, make_plan
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.applyset.step import (
    Action,
    Conflicts,
    Wanted,
)
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.kube import resources as known

SET = applyset_id("t", "p")
KEY = ObjectKey("mlops.seldon.io", "Model", "t", "m")


def model(**spec: Any) -> dict[str, Any]:
    return {
        "apiVersion": "mlops.seldon.io/v1alpha1",
        "kind": "Model",
        "metadata": {"name": "m", "namespace": "t", "labels": {PART_OF_LABEL: SET}},
        "spec": spec,
    }


def live(ours: list[str], operators: list[str], **spec: Any) -> dict[str, Any]:
    """The stored object: ``ours`` are the spec fields that we still own, ``operators`` those that the operator rewrote."""
    stored = model(**spec)
    labels = {"f:labels": {f"f:{PART_OF_LABEL}": {}}}

    def entry(manager: str, operation: str, fields: dict[str, Any]) -> dict[str, Any]:
        return {"manager": manager, "operation": operation, "apiVersion": stored["apiVersion"], "fieldsV1": fields}

    stored["metadata"]["uid"] = "u"
    stored["metadata"]["managedFields"] = [
        entry("ml_platform.seldon", "Apply", {"f:metadata": labels, "f:spec": {f"f:{name}": {} for name in ours}}),
        entry("manager", "Update", {"f:spec": {f"f:{name}": {} for name in operators}}),
    ]
    return stored


def plan(wanted: dict[str, Any] | None, stored: dict[str, Any], conflicts: Conflicts = Conflicts.LEAVE) -> Plan:
    items = [Wanted(known.MODEL, KEY, wanted, conflicts)] if wanted else []
    inventory = Inventory("t", "p", {KEY: Member(known.MODEL, KEY, "u")})
    return make_plan(items, {KEY: stored}, inventory, manager="ml_platform.seldon", prune=True)


def test_a_quantity_written_otherwise_is_unchanged() -> None:
    stored = live(["storageUri"], ["memory"], storageUri="gs://a", memory="1Gi")
    assert [step.action for step in plan(model(storageUri="gs://a", memory="1024Mi"), stored).steps] == [
        Action.UNCHANGED
    ]


def test_another_amount_is_applied_over_what_the_operator_made_of_the_last_one() -> None:
    stored = live(["storageUri"], ["memory"], storageUri="gs://a", memory="1Gi")
    (step,) = plan(model(storageUri="gs://a", memory="2Gi"), stored).steps
    assert (step.action, step.forced) == (Action.UPDATE, True)


def test_another_amount_of_anybody_else_stays() -> None:
    stored = live(["storageUri"], ["memory"], storageUri="gs://a", memory="1Gi")
    stored["metadata"]["managedFields"][1]["manager"] = "kubectl-edit"
    (step,) = plan(model(storageUri="gs://b", memory="2Gi"), stored).steps
    assert (step.action, step.forced, step.intended["spec"]) == (Action.UPDATE, False, {"storageUri": "gs://b"})
    assert [(held.field, held.owners) for held in step.differing] == [(".spec.memory", ("kubectl-edit",))]


def test_a_real_change_beside_a_rewritten_field_goes_through() -> None:
    stored = live(["storageUri"], ["memory"], storageUri="gs://a", memory="1Gi")
    (step,) = plan(model(storageUri="gs://b", memory="1024Mi"), stored).steps
    assert (step.action, step.forced) == (Action.UPDATE, True)


def test_a_zero_value_that_vanished_is_not_written_again() -> None:
    stored = live(["storageUri"], [], storageUri="gs://a")
    assert not plan(model(storageUri="gs://a", preloaded=False), stored).changed


def test_a_value_that_somebody_else_wrote_otherwise_stays() -> None:
    stored = live(["storageUri"], ["memory"], storageUri="gs://a", memory="1Gi")
    stored["metadata"]["managedFields"][1]["manager"] = "kubectl-edit"
    (step,) = plan(model(storageUri="gs://a", memory="1024Mi"), stored).steps
    assert step.action is Action.UNCHANGED
    assert [(held.field, held.owners) for held in step.differing] == [(".spec.memory", ("kubectl-edit",))]


def test_replicas_of_the_autoscaler_stay_and_the_rest_is_applied() -> None:
    stored = live(["storageUri"], ["replicas"], storageUri="gs://a", replicas=3)
    (step,) = plan(model(storageUri="gs://b", replicas=1), stored).steps
    assert step.action is Action.UPDATE
    assert step.intent is not None and "replicas" not in step.intent["spec"]
    assert not plan(model(storageUri="gs://a", replicas=1), stored).changed


def test_what_only_the_operator_wrote_does_not_keep_an_object() -> None:
    stored = live(["storageUri"], ["memory"], storageUri="gs://a", memory="1Gi")
    assert [step.action for step in plan(None, stored).steps] == [Action.REMOVE]
