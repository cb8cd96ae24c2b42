# SPDX-License-Identifier: GPL-3.0-or-later
"""Unreadable objects are unknown, objects may have any shape, and the audit never holds a value of a Secret."""

from __future__ import annotations

import json
from typing import Any

import pytest
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.kube.errors import (
    AccessDenied,
    Expired,
    Invalid,
    KubeError,
    NotFound,
    ServerFailure,
    Throttled,
    Unreachable,
)
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.kube.resource import Resource
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.kube.resources import (
    EVENT,
    MODEL,
    NAMESPACE,
    POD,
    ROLE_BINDING,
    SECRET,
    SELDON_GROUP,
)
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.tenant_audit.answer import tenant_audit
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.tenant_audit.audit import Verdict, audit
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.tenant_audit.kinds import CONTENT, KINDS
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.tenant_audit.metrics import State
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.tenant_audit.read import read
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.tenant_audit.report import as_data, as_text

from tests.unit.tenant_audit.client import Client
from tests.unit.tenant_audit.cluster import OTHER, OWN, clean
from tests.unit.tenant_audit.faults import FAULTS


@pytest.mark.parametrize("resource", KINDS, ids=lambda resource: resource.plural)
def test_a_kind_that_cannot_be_read_is_unknown_and_nothing_is_made_up(resource: Resource) -> None:
    cluster = clean()
    cluster.unread[resource.plural] = "not allowed"
    cluster.objects[resource].clear()
    found = cluster.audit()
    assert found.findings == []
    assert found.verdict is Verdict.UNKNOWN
    assert found.unread == {resource.group_resource: "not allowed"}
    assert found.unknown and all(kinds == [resource.group_resource] for kinds in found.unknown.values())
    assert f"{resource.group_resource} could not be read: not allowed" in as_text(found)


def test_nothing_can_be_read() -> None:
    cluster = clean()
    cluster.unread = {resource.plural: "gone" for resource in KINDS} | {"inventories": "gone"}
    found = cluster.audit()
    assert (found.findings, found.tenants, found.verdict) == ([], [], Verdict.UNKNOWN)
    assert {metric.state for metric in found.metrics} == {State.UNKNOWN}
    assert {metric.value for metric in found.metrics} == {None}
    assert len(as_text(found).splitlines()) <= 30


def test_a_missed_metric_stays_missed_where_more_is_unknown() -> None:
    cluster = clean()
    cluster.add(
        "services", "mesh", spec={"type": "ExternalName", "externalName": "seldon-mesh.recommendation-engine.svc"}
    )
    cluster.unread["serverconfigs"] = "not allowed"
    metric = cluster.audit().metrics[0]
    assert (metric.state, metric.value, len(metric.unknown)) == (State.MISSED, 1, 1)


@pytest.mark.parametrize("value", [None, "text", 7, [], {}, [None], [7], {"a": None}], ids=repr)
def test_specs_and_statuses_of_any_shape(value: Any) -> None:
    """Custom resources without a strict schema may hold anything; the audit continues."""
    for part in ("spec", "status"):
        cluster = clean()
        for resource, objects in cluster.objects.items():
            if resource.group == SELDON_GROUP:
                for obj in objects:
                    obj[part] = value
        as_data(cluster.audit())


def test_many_faults_fit_on_a_page() -> None:
    cluster = clean()
    for seeded in FAULTS:
        if seeded.rule in ("TA801", "TA802", "TA103", "TA212", "TA805", "TA809", "TA504", "TA508"):
            try:
                seeded.seed(cluster)
            except StopIteration:
                continue
    assert len(as_text(cluster.audit()).splitlines()) <= 30


def test_one_list_a_kind_and_no_secrets_content() -> None:
    client = Client()
    assert tenant_audit(client, None, "seldon-system")["verdict"] == "ok"
    assert sorted(client.whole) == sorted(CONTENT) and SECRET not in client.whole


def test_refused_dead_and_absent_kinds() -> None:
    refusals = {
        "secrets": AccessDenied("secrets is forbidden"),
        "pods": Unreachable("127.0.0.1: timed out"),
        "pipelines": NotFound("no such kind"),
    }
    result = tenant_audit(Client(refusals), [], "seldon-system")
    assert {entry["kind"]: entry["reason"] for entry in result["unreadable"]} == {
        "secrets": "secrets is forbidden",
        "pods": "127.0.0.1: timed out",
    }
    assert (result["verdict"], result["findings"], result["changed"]) == ("unknown", [], False)


@pytest.mark.parametrize(
    ("namespaces", "platform"),
    [(["Fraud"], "seldon-system"), (["a/../b"], "seldon-system"), ([""], "seldon-system"), (None, "a b")],
)
def test_names_that_are_none_are_refused_before_any_request(namespaces: list[str] | None, platform: str) -> None:
    client = Client({NAMESPACE.plural: AssertionError("asked")})
    with pytest.raises(Invalid):
        tenant_audit(client, namespaces, platform)
    assert client.whole == []


def test_one_tenant_is_judged_alone_but_knows_the_others() -> None:
    cluster = clean()
    cluster.add(
        "services", "mesh", spec={"type": "ExternalName", "externalName": "seldon-mesh.recommendation-engine.svc"}
    )
    assert [finding.rule.id for finding in audit(cluster.snapshot({OWN})).findings] == ["TA808"]
    assert audit(cluster.snapshot({"recommendation-engine"})).findings == []


def test_of_a_secret_nothing_but_its_name_is_kept() -> None:
    """kubectl stores a copy of the complete Secret in an annotation."""
    client = Client()
    for secret in client.cluster.objects[SECRET]:
        secret["metadata"]["annotations"] = {
            "kubectl.kubernetes.io/last-applied-configuration": '{"data":{"token":"canary"}}'
        }
    assert "canary" not in repr(read(client, "seldon-system"))


def test_of_no_object_kubectls_copy_is_kept() -> None:
    client = Client()
    for objects in (*client.cluster.objects.values(), client.cluster.inventories):
        for obj in objects:
            obj["metadata"].setdefault("annotations", {})["kubectl.kubernetes.io/last-applied-configuration"] = (
                '{"env":"canary"}'
            )
    assert "canary" not in repr(read(client, "seldon-system"))
    assert "canary" not in json.dumps(tenant_audit(client, None, "seldon-system"))


@pytest.mark.parametrize(
    "refusal",
    [AccessDenied("no"), Unreachable("timed out"), ServerFailure("500"), Throttled("429"), Expired("410")],
    ids=repr,
)
@pytest.mark.parametrize("resource", [EVENT, MODEL, POD, ROLE_BINDING], ids=lambda resource: resource.plural)
def test_whatever_goes_wrong_with_one_kind_is_said_of_that_kind(resource: Resource, refusal: KubeError) -> None:
    result = tenant_audit(Client({resource.plural: refusal}), None, "seldon-system")
    assert (result["verdict"], result["findings"]) == ("unknown", [])
    assert result["unreadable"] == [{"kind": resource.group_resource, "reason": refusal.message}]


@pytest.mark.parametrize(
    "kinds",
    [("models",), ("experiments", "pipelines"), ("servers", "serverconfigs", "seldonruntimes", "seldonconfigs")],
    ids=str,
)
def test_a_definition_that_is_not_installed_means_no_objects(kinds: tuple[str, ...]) -> None:
    """References to such objects are findings, and nothing is unknown."""
    result = tenant_audit(Client({kind: NotFound("404 page not found") for kind in kinds}), None, "seldon-system")
    assert result["unreadable"] == [] and result["unknown_rules"] == []
    assert {finding["rule"] for finding in result["findings"]} <= {"TA811", "TA813", "TA814"}


@pytest.mark.parametrize("part", ["head", "tail"])
def test_a_namespace_that_goes_while_it_is_read(part: str) -> None:
    """Some kinds were read before its deletion, the others after it. Its remaining objects are reported as such, and
    the other tenant stays clean.
    """
    client = Client()
    gone = list(client.cluster.objects)[::2] if part == "head" else list(client.cluster.objects)[1::2]
    for resource in gone:
        if resource.namespaced:
            client.cluster.objects[resource][:] = [
                obj for obj in client.cluster.objects[resource] if obj["metadata"]["namespace"] != OWN
            ]
        elif resource == NAMESPACE:
            client.cluster.remove("namespaces", OWN)
    result = tenant_audit(client, None, "seldon-system")
    assert {finding["tenant"] for finding in result["findings"]} <= {OWN, ""}
    assert [tenant["name"] for tenant in result["tenants"]] == ["", OWN, OTHER]
