# SPDX-License-Identifier: GPL-3.0-or-later
"""The logs of operators: each is read once, evaluated by the API server's messages in it, and never shown."""

from __future__ import annotations

import json
from typing import Any

import pytest
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.kube.errors import (
    AccessDenied,
    ConfigurationError,
    Invalid,
    KubeError,
    NotFound,
    Unreachable,
)
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.kube.resources import POD
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.tenant_audit.answer import tenant_audit
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.tenant_audit.operator_log import (
    operator_log,
    unread_logs,
)
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.tenant_audit.refusal import (
    Refusal,
    refusals,
    tells_of_refusal,
)
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.tenant_audit.client import Client
from tests.unit.tenant_audit.cluster import OTHER, OWN, PLATFORM
from tests.unit.tenant_audit.faults.reports import FORBIDDEN

SECRET_LINE = 'password="canary" ' + FORBIDDEN + " token=canary"


def pod_of(client: Client, tenant: str = "") -> str:
    """The recorded operator's pod, as ``namespace/name``."""
    prefix = f"seldon-v2-controller-manager-{tenant}"
    names = [pod["metadata"]["name"] for pod in client.cluster.objects[POD] if pod["metadata"]["namespace"] == PLATFORM]
    return f"{PLATFORM}/" + next(
        name for name in names if name.startswith(prefix) and (tenant or OWN not in name and OTHER not in name)
    )


def audited(client: Client, **options: Any) -> dict[str, Any]:
    return tenant_audit(client, options.get("namespaces"), PLATFORM, (), options.get("lines", 1000))


def test_one_log_an_operator_is_read_to_the_lines_that_were_asked_for() -> None:
    client = Client()
    assert audited(client, lines=77)["verdict"] == "ok"
    assert sorted(client.read) == sorted((pod_of(client, tenant), "manager", 77) for tenant in ("", OWN, OTHER))


def test_an_audit_of_one_tenant_reads_no_log_of_another() -> None:
    client = Client()
    audited(client, namespaces=[OWN])
    assert {title for title, _container, _lines in client.read} == {pod_of(client), pod_of(client, OWN)}


def test_an_operator_in_the_tenants_own_namespace_is_read_too_but_none_that_has_ended() -> None:
    client = Client()
    (operator,) = (
        pod for pod in client.cluster.objects[POD] if f"{PLATFORM}/{pod['metadata']['name']}" == pod_of(client, OWN)
    )
    operator["metadata"]["namespace"] = OWN
    client.cluster.add("pods", "evicted", PLATFORM, spec=operator["spec"], status={"phase": "Failed"})
    client.logs = {f"{OWN}/{operator['metadata']['name']}": FORBIDDEN}
    assert [finding["tenant"] for finding in audited(client)["findings"] if finding["rule"] == "TA607"] == [OWN]
    assert len(client.read) == 3


@pytest.mark.parametrize("tenant", [OWN, ""])
def test_a_finding_names_who_was_refused_what_and_nothing_else_of_the_line(tenant: str) -> None:
    client = Client()
    client.logs = {pod_of(client, tenant): f"well\n{SECRET_LINE}\n{SECRET_LINE}\n"}
    result = audited(client)
    (finding,) = result["findings"]
    assert (finding["rule"], finding["tenant"], finding["object"]) == ("TA607", tenant, f"Pod {pod_of(client, tenant)}")
    assert (
        finding["evidence"] == "2 lines: system:serviceaccount:seldon-system:x cannot list secrets in fraud-detection"
    )
    assert (result["metrics"]["permission_errors"]["state"], result["metrics"]["permission_errors"]["value"]) == (
        "missed",
        1,
    )
    assert "canary" not in json.dumps(result)


@pytest.mark.parametrize(
    "refusal",
    [AccessDenied("no"), NotFound("gone"), Unreachable("timed out"), KubeError("x" * 5000)],
    ids=lambda error: type(error).__name__,
)
def test_a_log_that_cannot_be_read_is_unknown_and_the_others_are_judged(refusal: KubeError) -> None:
    client = Client()
    client.refusals = {pod_of(client, OTHER): refusal}
    result = audited(client)
    assert (result["verdict"], result["findings"]) == ("unknown", [])
    (unread,) = result["unreadable"]
    assert unread["kind"] == "pods/log" and unread["reason"].startswith(
        f"1 of 3 operators' logs, {pod_of(client, OTHER)}: {refusal.message[:100]}"
    )
    assert result["unknown_rules"] == [{"rule": "TA607", "kinds": ["pods/log"]}]
    metric = result["metrics"]["permission_errors"]
    assert (metric["state"], metric["value"]) == ("unknown", None)
    client.logs = {pod_of(client, OWN): FORBIDDEN}
    assert (audited(client)["verdict"], audited(client)["metrics"]["permission_errors"]["state"]) == (
        "findings",
        "missed",
    )


def test_without_logs_permission_errors_are_unknown() -> None:
    client = Client()
    result = audited(client, lines=0)
    assert client.read == []
    assert result["unreadable"] == [{"kind": "pods/log", "reason": "operator_log_lines is 0"}]
    assert (result["verdict"], result["metrics"]["permission_errors"]["state"]) == ("unknown", "unknown")


@pytest.mark.parametrize("plural", ["pods", "namespaces"])
def test_where_operators_cannot_be_told_their_logs_are_unknown(plural: str) -> None:
    assert audited(Client({plural: AccessDenied("no")}))["metrics"]["permission_errors"]["state"] == "unknown"


@pytest.mark.parametrize("lines", [-1, 100_001])
def test_a_number_of_lines_that_is_none_is_refused_before_any_request(lines: int) -> None:
    client = Client()
    with pytest.raises(Invalid, match="operator_log_lines"):
        audited(client, lines=lines)
    assert client.whole == []


def test_a_credential_that_cannot_be_used_ends_the_audit() -> None:
    client = Client()
    client.refusals = {pod_of(client): ConfigurationError("the token")}
    with pytest.raises(ConfigurationError):
        audited(client)


def test_a_log_that_is_cut_is_judged_as_far_as_it_goes_and_unknown_behind() -> None:
    client = Client()
    client.logs = {pod_of(client): f"{FORBIDDEN}\n" + "x" * (1 << 20)}
    result = audited(client)
    assert [finding["rule"] for finding in result["findings"]] == ["TA607"]
    assert "is too long" in result["unreadable"][0]["reason"]


def test_a_kubelets_excuse_is_no_log() -> None:
    log = operator_log("", "unable to retrieve container logs for containerd://0123")
    assert log.unread and not log.refusals
    assert unread_logs({"a/b": log, "c/d": operator_log("", "")}) == f"1 of 2 operators' logs, a/b: {log.unread}"


MESSAGES = {
    FORBIDDEN: Refusal("system:serviceaccount:seldon-system:x", "list", "secrets", "fraud-detection"),
    'x is forbidden: User "u" cannot patch resource "models/status" in API group "mlops.seldon.io" at the cluster scope': Refusal(
        "u", "patch", "models.mlops.seldon.io/status"
    ),
    'forbidden: User "u" cannot get path "/metrics"': Refusal("u", "get", "/metrics"),
    'roles.rbac.authorization.k8s.io "r" is forbidden: user "u" (groups=["g"]) is attempting to grant RBAC permissions not currently held:': Refusal(
        "u", "escalate", "roles.rbac.authorization.k8s.io"
    ),
}


@pytest.mark.parametrize("message", MESSAGES)
@pytest.mark.parametrize("depth", [0, 1, 2, 3])
def test_the_api_servers_messages_however_often_they_are_put_into_json(message: str, depth: int) -> None:
    line = message
    for _ in range(depth):
        line = json.dumps({"error": line})
    assert list(refusals(line)) == [MESSAGES[message]]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "User cannot list resource secrets",
        'pods "a" is forbidden: exceeded quota: tenant-quota, requested: pods=1',
        'pods "a" is forbidden: violates PodSecurity "baseline:v1.34": privileged',
        'admission webhook "x" denied the request: User "cannot" be found',
        'User "a" can list resource "secrets"',
        "storage: 403 Forbidden",
    ],
)
def test_other_refusals_are_no_missing_permissions(text: str) -> None:
    assert list(refusals(text)) == [] and not tells_of_refusal(text)


def test_a_message_that_was_cut_still_tells_of_a_refusal() -> None:
    """Events hold 1024 characters."""
    assert tells_of_refusal('secrets is forbidden: User "system:serviceaccount:seldon-sys') and tells_of_refusal(
        'x is forbidden: user "a'
    )


@given(st.text(max_size=2000))
def test_no_text_is_too_odd(text: str) -> None:
    for refusal in refusals(text):
        assert refusal.verb.islower()


@pytest.mark.parametrize(
    "hostile", ['User "' * 200_000, "a." * 500_000 + ' is forbidden: user "', "\\" * 1_000_000, "User \\" * 200_000]
)
def test_endless_lines_end(hostile: str) -> None:
    assert list(refusals(hostile)) == []
