# SPDX-License-Identifier: GPL-3.0-or-later
"""The quota use of a change of a namespace, minus the use of the objects that it replaces."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any, cast

import pytest
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.kube import resources as known
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.kube.client import KubeClient
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.kube.discovery import Discovery
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.kube.errors import Invalid, NotFound
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.kube.invocation import Invocation
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.quota_check import entry_point
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.quota_check.assess import Assessment, assess
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.quota_check.change import Change
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.quota_check.check import in_namespace
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.quota_check.data import as_data
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.quota_check.namespace_change import (
    Operator,
    SeldonObjects,
    namespace_change,
)
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.quota_check.needed import needed
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.quota_check.oracle import ask_server
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.quota_check.read import read_state
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.quota_check.state import (
    NamespaceState,
    default_storage_class,
)
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.quota_check.text import (
    as_text,
    gauge,
    problems_of,
    table,
    unresolved_of,
)

from tests.unit.quota_check.effective import tenant_of

KubeObject = dict[str, Any]
NAMESPACE = {"metadata": {"name": "t"}}
SERVERS = "servers.mlops.seldon.io"


def quota(used: dict[str, str] | None = None, **hard: str) -> KubeObject:
    """A live quota that is in sync where ``used`` is given; underscores stand for dots."""
    keys = {key.replace("_", "."): value for key, value in hard.items()}
    status = (
        {"status": {"hard": keys, "used": {key.replace("_", "."): value for key, value in used.items()}}}
        if used is not None
        else {}
    )
    return {"metadata": {"name": "q"}, "spec": {"hard": keys}, **status}


def config(name: str = "c", cpu: str = "1", claims: int = 1) -> KubeObject:
    containers = [{"name": "mlserver", "image": "i", "resources": {"requests": {"cpu": cpu, "memory": "1Gi"}}}]
    templates = [
        {"name": f"v{number}", "spec": {"resources": {"requests": {"storage": "1Gi"}}}} for number in range(claims)
    ]
    return {
        "apiVersion": "mlops.seldon.io/v1alpha1",
        "kind": "ServerConfig",
        "metadata": {"name": name},
        "spec": {"podSpec": {"containers": containers}, "volumeClaimTemplates": templates},
    }


def server(name: str = "s", replicas: int = 1, serverconfig: str = "c", most: int | None = None) -> KubeObject:
    spec = {"serverConfig": serverconfig, "replicas": replicas, "maxReplicas": most or replicas}
    return {"apiVersion": "mlops.seldon.io/v1alpha1", "kind": "Server", "metadata": {"name": name}, "spec": spec}


def pod_of(name: str, cpu: str = "1") -> KubeObject:
    container = {"name": "mlserver", "resources": {"requests": {"cpu": cpu, "memory": "1Gi"}}}
    return {
        "metadata": {"name": f"{name}-0", "labels": {"seldon-server-name": name}},
        "spec": {"containers": [container]},
    }


def judged(
    *desired: KubeObject,
    live: dict[str, list[KubeObject]] | None = None,
    platform: SeldonObjects = SeldonObjects(),
    **more: Any,
) -> Assessment:
    kinds = {
        "Server": SERVERS,
        "ServerConfig": "serverconfigs.mlops.seldon.io",
        "ResourceQuota": "resourcequotas",
        "ConfigMap": "configmaps",
    }
    given = [(kinds[obj.get("kind", "ResourceQuota")], obj) for obj in desired]
    objects = live or {}
    seldon = SeldonObjects(
        servers={obj["metadata"]["name"]: obj for obj in objects.get(SERVERS, [])},
        server_configs={obj["metadata"]["name"]: obj for obj in objects.get("serverconfigs.mlops.seldon.io", [])},
    )
    change = namespace_change(given, NAMESPACE, seldon, "seldon-system", platform, Operator())
    return assess(change, NamespaceState(objects, storage_class="", **more))


def after(assessment: Assessment) -> dict[str, str | None]:
    return {entry["key"]: entry["after"] for entry in as_data(assessment)["quotas"]}


def test_a_new_server_takes_its_pods_its_claims_and_its_services() -> None:
    found = judged(
        server(replicas=3), config(claims=2),
        live={"resourcequotas": [quota({"requests_cpu": "1", "services": "2", "persistentvolumeclaims": "0"}, requests_cpu="20", services="20", persistentvolumeclaims="20")]},
    )  # fmt: skip
    assert after(found) == {"requests.cpu": "4", "services": "5", "persistentvolumeclaims": "6"}
    assert found.report.verdict.value == "fits"


def test_what_a_server_holds_already_is_credited() -> None:
    workload = {"metadata": {"name": "s"}, "spec": {"template": {"spec": config()["spec"]["podSpec"]}}}
    live = {
        SERVERS: [server()],
        "pods": [pod_of("s")],
        "statefulsets.apps": [workload],
        "resourcequotas": [quota({"requests_cpu": "1"}, requests_cpu="2")],
    }
    assert after(judged(server(replicas=2), config(), live=live)) == {"requests.cpu": "2"}
    assert after(judged(config(cpu="1500m"), live=live)) == {"requests.cpu": "1500m"}
    assert judged(server(replicas=3), config(), live=live).report.verdict.value == "exceeds"


def test_a_live_server_whose_pods_were_refused_still_wants_them() -> None:
    live = {
        SERVERS: [server(replicas=2)],
        "pods": [pod_of("s")],
        "resourcequotas": [quota({"requests_cpu": "1"}, requests_cpu="1")],
    }
    found = judged(config(), live=live)
    assert found.report.verdict.value == "exceeds"
    assert "Server s: 1 of its 2 replicas fit beside the rest" in "\n".join(problems_of(found))


def test_the_platforms_config_serves_where_the_namespace_has_none_and_its_own_wins() -> None:
    live = {"resourcequotas": [quota({"requests_cpu": "0"}, requests_cpu="9")]}
    offered = SeldonObjects(server_configs={"c": config(cpu="5")})
    assert after(judged(server(), live=live, platform=offered)) == {"requests.cpu": "5"}
    assert after(judged(server(), config(cpu="2"), live=live, platform=offered)) == {"requests.cpu": "2"}


@pytest.mark.parametrize("spec", [[1], "x", 1, {"hard": [1]}, {"hard": 1}])
def test_a_malformed_quota_is_judged_and_never_raises(spec: object) -> None:
    malformed = {"metadata": {"name": "q"}, "spec": spec}
    for live in ({}, {"resourcequotas": [quota({"requests_cpu": "0"}, requests_cpu="1")]}):
        assert judged(malformed, server(), config(), live=live).report.verdict.value == "invalid"
    with ThreadPoolExecutor(max_workers=1) as executor:
        change = Change(desired=[("resourcequotas", malformed)])
        assert read_state(cast(KubeClient, None), "t", False, change, Discovery([]), executor).objects == {
            "resourcequotas": [],
            "limitranges": [],
        }


@pytest.mark.parametrize("volumes", [1, "x", {"a": 1}, [1], None])
def test_the_api_server_is_asked_about_malformed_volumes_too(volumes: object) -> None:
    class Client:
        def create(self, _resource: object, obj: KubeObject, *, dry_run: bool) -> None:
            raise Invalid(f"{obj['spec']['volumes']} {dry_run}")

    [planned] = tenant_of(server(), {"volumes": volumes}, [{"name": "v"}]).planned_servers
    [answer] = ask_server(cast(KubeClient, Client()), "t", [planned])
    assert "True" in answer.refusal


def test_a_server_without_a_config_is_named() -> None:
    change = namespace_change(
        [(SERVERS, server())], NAMESPACE, SeldonObjects(), "seldon-system", SeldonObjects(), Operator()
    )
    assert unresolved_of(change) == ['Server s: ServerConfig "c" does not exist']


def annotated(**annotations: str) -> KubeObject:
    prefix = "serverconfig.ml-platform.seldon/"
    found = {f"{prefix}{key.replace('_', '-')}": value for key, value in annotations.items()}
    return {**config(), "metadata": {"name": "c", "annotations": found}}


@pytest.mark.parametrize(
    ("unusable", "reason"),
    [
        (annotated(disabled="true"), "is disabled"),
        (annotated(allowed_namespaces="other"), "does not exist"),
        ({**config(), "spec": {}}, "has no containers"),
    ],
)
def test_what_the_tenant_would_be_refused_for_is_not_counted(unusable: KubeObject, reason: str) -> None:
    platform = SeldonObjects(server_configs={"c": unusable})
    change = namespace_change([(SERVERS, server())], NAMESPACE, SeldonObjects(), "seldon-system", platform, Operator())
    [reference] = change.tenant.references
    assert reference.problem is not None and reason in reference.problem.message
    assert change.tenant.planned_servers == ()


@pytest.mark.parametrize(
    ("metadata", "verdict"),
    [({"name": "t"}, "fits"), ({"name": "t", "deletionTimestamp": "2026-01-01T00:00:00Z"}, "invalid"), (None, "fits")],
)
def test_nothing_fits_into_a_namespace_that_is_being_deleted(
    metadata: KubeObject | None, verdict: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Client:
        def discover(self) -> Discovery:
            return Discovery([])

        def list(self, _resource: object, _namespace: str) -> list[KubeObject]:
            return []

        def get(self, resource: object, _namespace: str | None, _name: str) -> KubeObject:
            if resource == known.NAMESPACE and metadata:
                return {"metadata": metadata}
            raise NotFound("not found")

    monkeypatch.setattr(entry_point, "connect", lambda _params, _environ: Client())
    params = {name: option.get("default") for name, option in entry_point.ARGUMENT_SPEC.items()}
    result = entry_point.run({**params, "namespace": "t", "fail_on": "exceeds"}, Invocation({}))
    assert (result["verdict"], result.get("failed", False)) == (verdict, verdict == "invalid")
    assert ("Namespace t: is being deleted" in result["text"]) == (verdict == "invalid")
    assert f"verdict: {verdict}" in result["text"].splitlines()


def test_what_is_quoted_of_a_definition_stays_on_one_line() -> None:
    hostile = server(serverconfig="x\x1b[31m\nverdict: fits")
    change = namespace_change(
        [(SERVERS, hostile)], NAMESPACE, SeldonObjects(), "seldon-system", SeldonObjects(), Operator()
    )
    [unresolved] = unresolved_of(change)
    assert unresolved.isprintable()
    for part in (
        {"metadata": {"name": "x\x1b\n"}},
        {"kind": "x\x1b\n"},
        {"apiVersion": "x\x1b\n"},
        {"metadata": {"name": "s", "namespace": "x\x1b\n"}},
    ):
        with pytest.raises(Invalid) as raised:
            in_namespace([{**server(), **part}], "t", Discovery([known.SERVER]))
        assert str(raised.value).isprintable()


@pytest.mark.parametrize(
    "metadata",
    [{"name": "s"}, {"name": "s", "namespace": None}, {"name": "s", "namespace": ""}, {"name": "s", "namespace": "t"}],
)
def test_no_namespace_is_the_one_that_is_asked_about(metadata: KubeObject) -> None:
    served = Discovery([known.SERVER])
    [(_resource, obj)] = in_namespace([{**server(), "metadata": metadata}], "t", served)
    assert obj["metadata"]["namespace"] == "t"


def test_a_quota_that_is_not_counted_yet_never_fits() -> None:
    found = judged(server(), config(), live={"resourcequotas": [quota(None, requests_cpu="20")]})
    assert found.report.verdict.value == "unknown" and after(found) == {"requests.cpu": None}


def test_a_kind_that_may_not_be_read_is_never_fits() -> None:
    found = judged(
        server(),
        config(),
        live={"resourcequotas": [quota({"requests_cpu": "0"}, requests_cpu="20")]},
        refused={"pods": "no permission"},
    )
    assert found.report.verdict.value == "unknown"


def test_a_quota_of_a_new_namespace_counts_what_kubernetes_puts_there() -> None:
    new = {"kind": "ResourceQuota", **quota(None, configmaps="5", count_serviceaccounts="5")}
    new["spec"] = {"hard": {"configmaps": "5", "count/serviceaccounts": "5"}}
    found = judged(new, {"kind": "ConfigMap", "metadata": {"name": "x"}}, exists=False)
    assert after(found) == {"configmaps": "2", "count/serviceaccounts": "1"}


def test_growth_to_the_maximum_is_a_verdict_of_its_own() -> None:
    found = judged(server(most=4), config(), live={"resourcequotas": [quota({"requests_cpu": "0"}, requests_cpu="2")]})
    assert found.report.verdict.value == "fits_now_not_at_max"
    assert any("scale to their maximum" in line for line in as_text(found))


def test_only_what_is_counted_is_read() -> None:
    served = Discovery(
        [known.POD, known.SERVICE, known.PERSISTENT_VOLUME_CLAIM, known.CONFIG_MAP, known.DEPLOYMENT, known.SERVER]
    )

    def read(*keys: str, desired: tuple[str, ...] = ()) -> list[str]:
        return [resource.group_resource for resource in needed(keys, desired, served)]

    assert read() == []
    assert read("requests.cpu", "limits.memory", "pods") == ["pods"]
    assert read("services.loadbalancers", "requests.storage", "gold.storageclass.storage.k8s.io/requests.storage") == [
        "persistentvolumeclaims",
        "services",
    ]
    assert read("count/servers.mlops.seldon.io", "count/nothing.example.com", "configmaps") == ["configmaps", SERVERS]
    assert read("pods", desired=("deployments.apps",)) == ["deployments.apps", "pods"]


@pytest.mark.parametrize(
    ("percent", "shown"),
    [
        (0, "░░░░░░░░░░   0 %"),
        (1, "█░░░░░░░░░   1 %"),
        (100, "██████████ 100 %"),
        (250, "██████████ 250 %"),
        (None, "?"),
    ],
)
def test_bars(percent: int | None, shown: str) -> None:
    assert gauge(percent) == shown


def test_rows_come_in_an_order_of_their_own_and_say_what_is_not_known() -> None:
    row = {"quota": "q", "hard": "9", "used": "1", "after": "1", "percent": 12}
    lines = table(
        [{**row, "key": "limits.cpu", "used": None, "percent": None}, {**row, "key": "requests.cpu", "after": "2"}]
    )
    assert [line.split() for line in lines] == [
        ["requests.cpu", "1", "→", "2", "of", "9", "██░░░░░░░░", "12", "%"],
        ["limits.cpu", "?", "of", "9", "?"],
    ]


def test_the_newest_of_several_default_classes_is_the_default() -> None:
    def storage(name: str, created: str, default: str = "true") -> KubeObject:
        return {
            "metadata": {
                "name": name,
                "creationTimestamp": created,
                "annotations": {"storageclass.kubernetes.io/is-default-class": default},
            }
        }

    assert (
        default_storage_class(
            [storage("b", "2026-02-01"), storage("a", "2026-01-01"), storage("c", "2026-03-01", "false")]
        )
        == "b"
    )
    assert default_storage_class([{"metadata": {"name": "x"}}]) == ""


def test_what_is_there_is_gone_through_once_and_not_for_each_server() -> None:
    class Counted(list[KubeObject]):
        walks = 0

        def __iter__(self) -> Iterator[KubeObject]:
            self.walks += 1
            return super().__iter__()

    def walks(number: int) -> int:
        kinds = ("pods", "services", "persistentvolumeclaims", "statefulsets.apps", "deployments.apps")
        live = {kind: Counted([pod_of(f"s{index}") for index in range(number)]) for kind in kinds}
        judged(*(server(f"s{index}") for index in range(number)), config(), live={**live})
        return sum(objects.walks for objects in live.values())

    assert walks(20) == walks(1)
