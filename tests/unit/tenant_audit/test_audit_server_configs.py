# SPDX-License-Identifier: GPL-3.0-or-later
"""The ServerConfig of each Server, resolved from the audit's own snapshot, is the one that `serverconfig_info` reports."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.applyset.request import FIELD_MANAGER
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.kube.errors import (
    AccessDenied,
    NotFound,
    ServerFailure,
)
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.kube.resources import SERVER_CONFIG
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.serverconfig.policy import Fallback
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.serverconfig_info.gate import FailOn
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.serverconfig_info.info import (
    serverconfig_info,
)
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.serverconfig_info.question import Question
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.tenant_audit.answer import tenant_audit

from tests.unit.tenant_audit.client import Client
from tests.unit.tenant_audit.cluster import OTHER, OWN, PLATFORM, Cluster

OPERATOR = f"seldon-v2-controller-manager-{OWN}"


def of_audit(client: Client) -> list[tuple[Any, ...]]:
    result = tenant_audit(client, None, PLATFORM)
    return [
        (
            tenant["name"], server["name"], server["server_config"], server["verdict"], server["next_step"], server["trace"],
            server["operators"], server["agreement"], server["arrived"], server["paths"],
        )
        for tenant in result["tenants"]
        for server in tenant["servers"]
    ]  # fmt: skip


def of_module(client: Client) -> list[tuple[Any, ...]]:
    question = Question((OWN, OTHER), (), PLATFORM, (), Fallback.WARN, False, False, FailOn.NOTHING)
    found = []
    for server in serverconfig_info(client, question)["servers"]:
        desired, config = server["desired"], server["desired"]["config"]
        found.append(
            (
                server["namespace"], server["server"], f"{config['namespace']}/{config['name']}" if config else desired["reference"],
                server["verdict"], server["next_step"], desired["trace"], server["actual"]["operators"], server["agreement"],
                server["arrived"]["state"], server["arrived"]["paths"],
            )
        )  # fmt: skip
    return found


def misspelt(c: Cluster) -> None:
    c.get("servers", "mlserver")["spec"]["serverConfig"] = "mlserver-confg"


def of_the_platform(c: Cluster) -> None:
    c.get("servers", "mlserver")["spec"]["serverConfig"] = "triton"


def copy_of_the_platforms(c: Cluster) -> None:
    """A copy that a run offers: only its field manager distinguishes it from the team's own."""
    entry = {"manager": FIELD_MANAGER, "operation": "Apply", "fieldsV1": {"f:spec": {}}}
    original = c.get("serverconfigs", "triton", PLATFORM)
    c.add("serverconfigs", "triton", spec=original["spec"], metadata={"managedFields": [entry]})
    c.get("servers", "mlserver")["spec"]["serverConfig"] = "triton"


def without_operator(c: Cluster) -> None:
    c.get("deployments", OPERATOR, PLATFORM)["status"]["readyReplicas"] = 0


def changed_since(c: Cluster) -> None:
    c.get("serverconfigs", "mlserver-config")["spec"]["podSpec"]["containers"][0]["image"] = "registry.example/other:1"


def secret_missing(c: Cluster) -> None:
    container = c.get("serverconfigs", "mlserver-config")["spec"]["podSpec"]["containers"][0]
    container.setdefault("env", []).append(
        {"name": "TOKEN", "valueFrom": {"secretKeyRef": {"name": "absent", "key": "token"}}}
    )


SEEDS: list[tuple[Callable[[Cluster], None], str]] = [
    (lambda c: None, "ok"),
    (misspelt, "error"),
    (of_the_platform, "error"),
    (copy_of_the_platforms, "ok"),
    (without_operator, "error"),
    (changed_since, "ok"),
    (secret_missing, "error"),
]


@pytest.mark.parametrize(("seed", "verdict"), SEEDS, ids=lambda value: getattr(value, "__name__", ""))
def test_it_is_what_the_module_says(seed: Callable[[Cluster], None], verdict: str) -> None:
    client = Client()
    seed(client.cluster)
    own, _other = of_audit(client)
    assert own[3] == verdict
    again = Client()
    seed(again.cluster)
    assert [own, _other] == of_module(again)


@pytest.mark.parametrize(
    ("plural", "refusal", "verdict"),
    [
        ("serverconfigs", AccessDenied("forbidden"), "unknown"),
        ("serverconfigs", ServerFailure("etcd is gone"), "unknown"),
        ("serverconfigs", NotFound("not-served"), "error"),
        ("deployments", AccessDenied("forbidden"), "unknown"),
        ("statefulsets", AccessDenied("forbidden"), "ok"),
        ("namespaces", AccessDenied("forbidden"), "unknown"),
        ("secrets", AccessDenied("forbidden"), "ok"),
    ],
)
def test_what_could_not_be_read_is_judged_as_the_module_does(plural: str, refusal: Exception, verdict: str) -> None:
    refusals = {plural: refusal}
    judged = of_audit(Client(refusals))
    assert judged and {server[3] for server in judged} == {verdict}
    assert judged == of_module(Client(refusals))


def test_a_copy_of_the_platforms_is_told_by_who_wrote_it() -> None:
    client = Client()
    copy_of_the_platforms(client.cluster)
    trace = of_audit(client)[0][5]
    assert [step["scope"] for step in trace][:1] == ["offered"]


def test_it_costs_no_request() -> None:
    client = Client()
    tenant_audit(client, None, PLATFORM)
    assert client.whole.count(SERVER_CONFIG) == 1 and len(client.whole) == len(set(client.whole))
