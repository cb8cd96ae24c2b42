# SPDX-License-Identifier: GPL-3.0-or-later
"""What cannot be read is unknown, hostile text stays text, and no value of a Secret is ever there to be shown."""

from __future__ import annotations

import json
from typing import Any

import pytest
from ansible_collections.ml_platform.seldon.plugins.module_utils.audit.audit import Verdict, audit
from ansible_collections.ml_platform.seldon.plugins.module_utils.audit.kinds import CONTENT, KINDS
from ansible_collections.ml_platform.seldon.plugins.module_utils.audit.metrics import State
from ansible_collections.ml_platform.seldon.plugins.module_utils.audit.options import tenant_audit
from ansible_collections.ml_platform.seldon.plugins.module_utils.audit.read import read
from ansible_collections.ml_platform.seldon.plugins.module_utils.audit.report import as_data, as_text
from ansible_collections.ml_platform.seldon.plugins.module_utils.kube.errors import AccessDenied, Invalid, NotFound, Unreachable
from ansible_collections.ml_platform.seldon.plugins.module_utils.kube.known import NAMESPACE, SECRET, SELDON_GROUP
from ansible_collections.ml_platform.seldon.plugins.module_utils.kube.resource import Resource

from tests.unit.audit.cluster import OWN, clean, user
from tests.unit.audit.faults import FAULTS


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
    cluster.add("services", "mesh", spec={"type": "ExternalName", "externalName": "seldon-mesh.recommendation-engine.svc"})
    cluster.unread["serverconfigs"] = "not allowed"
    metric = cluster.audit().metrics[0]
    assert (metric.state, metric.value, len(metric.unknown)) == (State.MISSED, 1, 1)


HOSTILE = "<script>alert(1)</script>\n\x1b[31m\u202e{{ lookup('pipe', 'id') }}"


def test_hostile_text_is_one_line_without_control_characters() -> None:
    cluster = clean()
    cluster.role("extra", ("", "secrets", "get"))
    cluster.bind("extra", "extra", user(HOSTILE))
    cluster.get("rolebindings", "extra")["metadata"]["managedFields"][0]["manager"] = HOSTILE
    text = json.dumps(as_data(cluster.audit()), ensure_ascii=False)
    assert "\\n" not in text and "\x1b" not in text and "\\u001b" not in text and "\u202e" not in text


def test_endless_text_is_cut() -> None:
    cluster = clean()
    cluster.add("services", "alias", spec={"type": "ExternalName", "externalName": "x" * 100_000})
    assert all(len(finding.evidence) < 700 for finding in cluster.audit().findings)


@pytest.mark.parametrize("value", [None, "text", 7, [], {}, [None], [7], {"a": None}], ids=repr)
def test_specs_and_statuses_of_any_shape(value: Any) -> None:
    """Custom resources without a strict schema may hold anything; the audit goes on."""
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


class Client:
    """Answers as a real one, from the recorded demo."""

    def __init__(self, refusals: dict[str, Exception] | None = None) -> None:
        self.cluster, self.refusals = clean(), refusals or {}
        self.whole: list[Resource] = []

    def server_version(self) -> str:
        return "v1.37.2"

    def list_metadata(self, resource: Resource, namespace: str | None = None) -> list[dict[str, Any]]:
        return self._answer(resource)

    def list(self, resource: Resource, namespace: str | None = None, label_selector: str | None = None) -> list[dict[str, Any]]:
        if namespace:
            return self.cluster.inventories
        self.whole.append(resource)
        return self._answer(resource)

    def _answer(self, resource: Resource) -> list[dict[str, Any]]:
        if resource.plural in self.refusals:
            raise self.refusals[resource.plural]
        return self.cluster.objects[resource]


def test_one_list_a_kind_and_no_secrets_content() -> None:
    client = Client()
    assert tenant_audit(client, None, "seldon-system")["verdict"] == "ok"
    assert sorted(client.whole) == sorted(CONTENT) and SECRET not in client.whole


def test_refused_dead_and_absent_kinds() -> None:
    refusals = {"secrets": AccessDenied("secrets is forbidden"), "pods": Unreachable("127.0.0.1: timed out"), "pipelines": NotFound("no such kind")}
    result = tenant_audit(Client(refusals), [], "seldon-system")
    assert {entry["kind"]: entry["reason"] for entry in result["unreadable"]} == {"secrets": "secrets is forbidden", "pods": "127.0.0.1: timed out"}
    assert (result["verdict"], result["findings"], result["changed"]) == ("unknown", [], False)


@pytest.mark.parametrize(("namespaces", "platform"), [(["Fraud"], "seldon-system"), (["a/../b"], "seldon-system"), ([""], "seldon-system"), (None, "a b")])
def test_names_that_are_none_are_refused_before_any_request(namespaces: list[str] | None, platform: str) -> None:
    client = Client({NAMESPACE.plural: AssertionError("asked")})
    with pytest.raises(Invalid):
        tenant_audit(client, namespaces, platform)
    assert client.whole == []


def test_one_tenant_is_judged_alone_but_knows_the_others() -> None:
    cluster = clean()
    cluster.add("services", "mesh", spec={"type": "ExternalName", "externalName": "seldon-mesh.recommendation-engine.svc"})
    assert [finding.rule.id for finding in audit(cluster.snapshot({OWN})).findings] == ["TA808"]
    assert audit(cluster.snapshot({"recommendation-engine"})).findings == []


def test_of_a_secret_nothing_but_its_name_is_kept() -> None:
    """kubectl leaves a copy of the whole Secret in an annotation."""
    client = Client()
    for secret in client.cluster.objects[SECRET]:
        secret["metadata"]["annotations"] = {"kubectl.kubernetes.io/last-applied-configuration": '{"data":{"token":"canary"}}'}
    assert "canary" not in repr(read(client, "seldon-system"))
