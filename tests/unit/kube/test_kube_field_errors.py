# SPDX-License-Identifier: GPL-3.0-or-later
"""The wrong fields of a refusal: without dumped values, one text each."""

from __future__ import annotations

import pytest
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.kube.cause import Cause
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.kube.errors import (
    Invalid,
    error_from_status,
)
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.kube.field_errors import (
    FieldError,
    causes_in,
    field_errors,
    without_dumps,
)

STRUCT = (
    'core.PodTemplateSpec{ObjectMeta:v1.ObjectMeta{Name:"", Labels:map[string]string{"a":"}"}}, Spec:core.PodSpec{}}'
)
QUANTITY = r"spec.memory in body should match '^(\+|-)?(([0-9]+(\.[0-9]*)?)|(\.[0-9]+))(([KMGTPE]i)|[numkMGTPE])?$'"


def error(message: str, field: str = "spec.f") -> FieldError:
    [found] = field_errors([Cause("FieldValueInvalid", message, field)])
    return found


@pytest.mark.parametrize(
    ("message", "value", "text"),
    [
        ("Invalid value: -1: must be at least 0", "-1", "must be at least 0"),
        ('Invalid value: "C: \\"_": must be a label', '"C: "_"', "must be a label"),
        (f"Invalid value: {STRUCT}: field is immutable", "", "field is immutable"),
        ('Invalid value: {"a":"}: x"}: field is immutable', "", "field is immutable"),
        ('Invalid value: ["a","b"]: may not change once set', "", "may not change once set"),
        ("Invalid value: null: must not be null", "null", "must not be null"),
        ('Unsupported value: "x": supported values: "a", "b"', '"x"', 'supported values: "a", "b"'),
        ('Duplicate value: "x"', '"x"', "duplicate value"),
        ("Required value", "", "is required"),
        ("Required value: must specify one", "", "is required: must specify one"),
        ("Forbidden: spec is immutable\n@@ -1 +1 @@\n-  a\n+  b", "", "spec is immutable"),
        ('Invalid value: "integer": spec.f in body must be of type string: "integer"', "", "must be of type string, not integer"),
        ("Invalid value: \"A\": a label must be lower case (e.g. 'my-name',  or '1', regex used for validation is '[a-z]')", '"A"', "a label must be lower case"),
        ("plain words", "", "plain words"),
        ('Invalid value: "unclosed', "", ""),
        ("Invalid value: {unclosed", "", ""),
    ],
)  # fmt: skip
def test_a_cause_is_one_short_text(message: str, value: str, text: str) -> None:
    found = error(message)
    assert (found.value, found.text) == (value, text or "invalid value" if not value and not text else text)


def test_a_quantity_is_explained_without_its_pattern() -> None:
    found = error(f'Invalid value: "lots": {QUANTITY}', "spec.memory")
    assert (found.value, found.text) == ('"lots"', "must be a quantity, such as 500m or 2Gi")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("field is immutable", True),
        ("field is immutable when `immutable` is set", True),
        ("may not change once set", True),
        ("updates to statefulset spec for fields other than 'replicas', 'template' are forbidden", True),
        ("cannot change roleRef", True),
        ("field can not be less than status.capacity", True),
        ("must be at least 0", False),
    ],
)
def test_what_cannot_be_changed_is_recognised(text: str, expected: bool) -> None:
    assert FieldError("f", text).is_immutable is expected


def test_each_field_is_named_once_and_a_policys_refusal_is_not_a_field() -> None:
    causes = [Cause("", "first", ".spec.a"), Cause("", "second", "spec.a"), Cause("", "denied by a policy", "")]
    assert field_errors(causes) == [FieldError("spec.a", "first")]


def test_fields_are_read_from_messages_without_causes() -> None:
    strict = 'Model in version "v1" cannot be handled as a Model: strict decoding error: unknown field "spec.a", duplicate field "spec.b"'
    assert [(c.field, c.message) for c in causes_in(strict)] == [
        ("spec.a", "unknown field"),
        ("spec.b", "duplicate field"),
    ]
    typed = 'errors:\n  .spec.c[name="x"].imag: field not declared in schema\n  .spec.r: expected numeric, got string'
    assert [(c.field, c.message) for c in causes_in(typed)] == [
        ('.spec.c[name="x"].imag', "unknown field"),
        (".spec.r", "expected numeric, got string"),
    ]
    assert causes_in("the namespace from the object does not match") == []


def test_no_message_has_a_dump() -> None:
    message = f'Job.batch "j" is invalid: [spec.template: Invalid value: {STRUCT}: field is immutable, spec.b: Invalid value: 3: no]'
    found = error_from_status(422, {"message": message, "reason": "Invalid"})
    assert isinstance(found, Invalid)
    assert str(found) == 'Job.batch "j" is invalid: [spec.template: field is immutable, spec.b: Invalid value: 3: no]'
    assert without_dumps('Pod "p" is forbidden: exceeded quota: q, requested: pods=1') == (
        'Pod "p" is forbidden: exceeded quota: q, requested: pods=1'
    )
