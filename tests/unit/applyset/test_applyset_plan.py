# SPDX-License-Identifier: GPL-3.0-or-later
"""Phases, the inventory's text, hidden values, and input that is not an object."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.applyset.diff import (
    diffs,
    without_secret_values,
)
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.applyset.execute import in_phases
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.applyset.inventory import (
    Inventory,
    Member,
    applyset_id,
    parse_inventory,
    render_inventory,
)
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.applyset.objects import ObjectKey, intent_of
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.applyset.record import too_large
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.applyset.request import Given, Request
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.applyset.resolve import resolve
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.applyset.step import Action, Step, titled
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.kube import resources as known
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.kube.discovery import Discovery
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.kube.resource import Resource
from hypothesis import given
from hypothesis import strategies as st

SERVED = Discovery([known.CONFIG_MAP, known.SECRET, known.NAMESPACE, known.CUSTOM_RESOURCE_DEFINITION])


def step(resource: Resource, action: Action = Action.CREATE, **intent: Any) -> Step:
    key = ObjectKey(resource.group, resource.kind, "n" if resource.namespaced else "", "x")
    return Step(action, resource, key, {"metadata": {"name": "x"}, **intent}, None)


def test_what_others_need_comes_first_and_goes_last() -> None:
    kinds = [
        known.EXPERIMENT,
        known.SERVER,
        known.CONFIG_MAP,
        known.MODEL,
        known.DEPLOYMENT,
        known.NAMESPACE,
        known.SELDON_RUNTIME,
    ]
    kinds += [
        known.CUSTOM_RESOURCE_DEFINITION,
        known.RESOURCE_QUOTA,
        known.SERVER_CONFIG,
        known.ROLE_BINDING,
        known.ROLE,
    ]
    order = [sorted(s.key.kind for s in phase) for phase in in_phases(step(kind) for kind in kinds)]
    assert order == [
        ["CustomResourceDefinition"], ["Namespace"], ["ResourceQuota"], ["ConfigMap", "Role", "ServerConfig"],
        ["RoleBinding"], ["Deployment"], ["SeldonRuntime"], ["Server"], ["Model"], ["Experiment"],
    ]  # fmt: skip
    backwards = [sorted(s.key.kind for s in phase) for phase in in_phases((step(k) for k in kinds), backwards=True)]
    assert backwards == order[::-1]


NAMES = st.text("abc-.", min_size=1, max_size=5)
MEMBERS = st.builds(
    lambda r, ns, name, uid, settled: Member(r, ObjectKey(r.group, r.kind, ns if r.namespaced else "", name), uid, settled),
    st.sampled_from([known.CONFIG_MAP, known.SERVER, known.NAMESPACE]), NAMES, NAMES, st.sampled_from(["", "u-1"]),
    st.dictionaries(NAMES, st.lists(NAMES, min_size=2, max_size=2), max_size=2),
)  # fmt: skip


@given(st.lists(MEMBERS, unique_by=lambda member: member.key))
def test_an_inventory_is_read_as_it_was_written(members: list[Member]) -> None:
    written = render_inventory("s", "n", members)
    read = parse_inventory("s", "n", written)
    assert read.members == {member.key: member for member in members}
    assert render_inventory("s", "n", reversed(members)) == written


def test_the_id_is_that_of_kep_3659() -> None:
    # base64url(sha256("applyset-s.n.ConfigMap.")), computed with openssl
    assert applyset_id("s", "n") == "applyset-h1JJY-oP3WQVvAQLjTca1_Ni0qOCCBku_G4RBSoqSGI-v1"


def test_a_set_that_its_inventory_cannot_record_is_refused_before_anything_is_written() -> None:
    def members(count: int) -> dict[ObjectKey, Member]:
        keys = [ObjectKey("", "ConfigMap", "n", f"{'x' * 100}{number}") for number in range(count)]
        return {key: Member(known.CONFIG_MAP, key) for key in keys}

    assert too_large(Inventory("s", "n", {}), members(3000)) == ""
    assert "Split the set" in too_large(Inventory("s", "n", {}), members(5000))


def problems(*objects: Any) -> list[str]:
    return resolve(Request("s", "n", [Given(obj, origin="f.yaml:3") for obj in objects], namespace="n"), SERVED)[1]


GOOD: dict[str, Any] = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "a"}}


@pytest.mark.parametrize(
    ("obj", "text"),
    [
        ("text", "is a str, expected a Kubernetes object"),
        ({}, "apiVersion is missing"),
        ({**GOOD, "metadata": None}, "metadata.name is missing"),
        ({**GOOD, "metadata": {"name": 5}}, "metadata.name is missing or not a string"),
        ({**GOOD, "metadata": {"name": "a", "namespace": 5}}, "metadata.namespace is a int"),
        ({**GOOD, "metadata": {"name": "a", "labels": ["x"]}}, "metadata.labels is a list, expected a mapping"),
        ({**GOOD, "metadata": {"name": "a", "annotations": {"on": True}}}, "metadata.annotations.on is a bool"),
        ({**GOOD, "kind": "Secret", "stringData": {"k": {"x": "s3cr3t"}}}, "stringData.k is a dict, expected a string"),
        ({**GOOD, "data": {"k": float("nan")}}, "has a value that JSON does not have"),
        ({**GOOD, "data": {"k": object()}}, "has a value that JSON does not have"),
        ({**GOOD, "apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition"}, "spec.group"),
        ({**GOOD, "kind": "configmap"}, 'Did you mean "ConfigMap"?'),
    ],
)
def test_what_is_no_object_is_refused_with_its_place(obj: Any, text: str) -> None:
    (problem,) = problems(obj)
    assert text in problem and problem.startswith("f.yaml:3  ")
    assert "s3cr3t" not in problem


def test_an_intent_is_what_can_be_applied() -> None:
    given_object = {
        **GOOD, "status": {}, "data": {1: "a", "n": None}, "metadata": {"name": "a", "uid": "u", "resourceVersion": "5", "managedFields": []},
    }  # fmt: skip
    intent = intent_of(given_object, known.CONFIG_MAP, "n", {"l": "v"})
    assert intent == {**GOOD, "data": {"1": "a"}, "metadata": {"name": "a", "namespace": "n", "labels": {"l": "v"}}}
    assert given_object["metadata"]["uid"] == "u"


def test_a_null_item_of_a_list_keeps_its_place() -> None:
    """Without it, "--port" would become the value of "--name"."""
    containers = [{"name": "c", "args": ["--name", None, "--port", "1"], "command": None}]
    intent = intent_of({**GOOD, "kind": "Pod", "spec": {"containers": containers}}, known.POD, "n", {})
    assert intent["spec"]["containers"] == [{"name": "c", "args": ["--name", None, "--port", "1"]}]


def test_a_secrets_values_are_hidden_wherever_they_appear() -> None:
    secret = step(known.SECRET, data={"k": "czNjcjN0"}, metadata={"name": "x", "annotations": {"last": "s3cr3t"}})
    text = str(diffs([secret]))
    assert "(hidden)" in text and "s3cr3t" not in text and "czNjcjN0" not in text
    message = without_secret_values('data[k]: Invalid value: "ot\\"her": s3cr3t, czNjcjN0 in field "data"', secret)
    assert "s3cr3t" not in message and "czNjcjN0" not in message and "her" not in message
    assert 'field "data"' in message


def test_problems_of_an_object_begin_with_its_file_and_line() -> None:
    key = ObjectKey("", "ConfigMap", "ns", "a")
    assert titled("f.yaml:3", key) == "f.yaml:3  ConfigMap ns/a"
    assert titled("", key) == "ConfigMap ns/a"
