# SPDX-License-Identifier: GPL-3.0-or-later
"""A refused write in one line."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.applyset.compare import FieldChange
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.applyset.objects import ObjectKey
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.applyset.refusal import refusal
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.applyset.step import Action, Step
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.kube import resources as known
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.kube.cause import Cause
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.kube.errors import Forbidden, Invalid
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.kube.resource import Resource


def refused(resource: Resource, causes: list[Cause], *paths: str, action: Action = Action.UPDATE) -> str:
    key = ObjectKey(resource.group, resource.kind, "n" if resource.namespaced else "", "x")
    live: dict[str, Any] | None = {"metadata": {}} if action is not Action.CREATE else None
    changes = tuple(FieldChange(tuple(path.split(".")), 1, 2) for path in paths)
    return refusal(Invalid("raw", causes=causes), Step(action, resource, key, {"metadata": {}}, live, changes))


def fixed(field: str, text: str = "field is immutable") -> list[Cause]:
    return [Cause("FieldValueInvalid", f"Invalid value: {{}}: {text}", field)]


@pytest.mark.parametrize(
    ("resource", "expected"),
    [
        (known.JOB, "Give it another name, or delete it and run again: kubectl delete job x -n n"),
        (
            known.STATEFUL_SET,
            "Delete it without its pods, which the new one adopts, and run again: kubectl delete statefulset x -n n --cascade=orphan",
        ),
        (known.PERSISTENT_VOLUME, "Keep the old value. Deleting the object deletes its data"),
        (known.CUSTOM_RESOURCE_DEFINITION, "Keep the old value. Deleting the object deletes every object of the kind"),
        (known.STORAGE_CLASS, "Give it another name, or delete it and run again: kubectl delete storageclass x"),
        (known.MODEL, "Give it another name, or delete it and run again: kubectl delete models.mlops.seldon.io x -n n"),
    ],
)
def test_the_next_step_depends_on_what_a_deletion_costs(resource: Resource, expected: str) -> None:
    assert refused(resource, fixed("spec.f"), "spec.f") == f"spec.f cannot be changed after its creation. {expected}"


def test_a_stateful_set_with_another_selector_cannot_adopt_its_pods() -> None:
    said = refused(known.STATEFUL_SET, fixed("spec", "updates to statefulset spec for fields other than 'replicas' are forbidden"), "spec.selector", "spec.replicas")  # fmt: skip
    assert said == (
        "spec.selector cannot be changed after its creation. Give it another name, or delete it and run again: "
        "kubectl delete statefulset x -n n"
    )


def test_a_wrong_field_next_to_a_fixed_one_is_named_too() -> None:
    wrong = Cause("FieldValueInvalid", "Invalid value: -1: must be at least 0", "spec.replicas")
    said = refused(known.JOB, [*fixed("spec.template"), wrong], "spec.template.image", "spec.replicas")
    assert said == (
        "spec.template.image cannot be changed after its creation. Give it another name, or delete it and run again: "
        "kubectl delete job x -n n. spec.replicas: must be at least 0 (it is -1). Correct the field"
    )


def test_a_new_object_has_no_fields_that_cannot_be_changed() -> None:
    assert refused(known.JOB, fixed("spec.f"), action=Action.CREATE) == "spec.f: field is immutable. Correct the field"


def test_many_fields_are_cut_and_counted() -> None:
    causes = [Cause("", "unknown field", f"spec.f{number}") for number in range(14)]
    said = refused(known.MODEL, causes)
    assert said.startswith("14 fields are wrong: spec.f0: unknown field; ")
    assert said.endswith("spec.f9: unknown field; and 4 more. Correct the fields")


def test_a_secrets_values_are_never_named() -> None:
    causes = [Cause("FieldValueInvalid", 'Invalid value: "swordfish": not allowed', "type")]
    assert refused(known.SECRET, causes) == "type: not allowed. Correct the field"


def test_a_claim_that_its_class_cannot_enlarge() -> None:
    error = Forbidden(
        'persistentvolumeclaims "x" is forbidden: the storageclass that provisions the pvc must support resize'
    )
    key = ObjectKey("", "PersistentVolumeClaim", "n", "x")
    said = refusal(error, Step(Action.UPDATE, known.PERSISTENT_VOLUME_CLAIM, key, {}, {}))
    assert said.endswith(
        ". Keep the old size, or give the claim another name and a StorageClass with allowVolumeExpansion: true"
    )
