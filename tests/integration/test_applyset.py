# SPDX-License-Identifier: GPL-3.0-or-later
"""A set on the real API server: fields, removal, other owners, refusals."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Iterator
from typing import Any

import pytest
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.applyset.inventory import (
    PART_OF_LABEL,
    applyset_id,
)
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.kube.errors import NotFound
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.kube.resources import (
    CONFIG_MAP,
    NAMESPACE,
    NETWORK_POLICY,
)

from lab.layout import REPOSITORY
from tests.integration.applyset_cluster import (
    Cluster,
    actions,
    config_map,
    created_namespace,
    fresh_name,
    namespace_object,
    writes,
)
from tests.integration.lab_fixture import Lab


@pytest.fixture(scope="module")
def cluster(lab: Lab) -> Cluster:
    return Cluster(lab.kubeconfig)


@pytest.fixture
def namespace(cluster: Cluster) -> Iterator[str]:
    """A namespace that the set does not contain."""
    with created_namespace(cluster) as name:
        yield name


@pytest.fixture
def options(namespace: str) -> dict[str, Any]:
    return {"name": namespace, "inventory_namespace": namespace}


def live(cluster: Cluster, namespace: str, name: str = "settings") -> dict[str, Any] | None:
    try:
        return cluster.client.get(CONFIG_MAP, namespace, name)
    except NotFound:
        return None


def members(cluster: Cluster, namespace: str, name: str | None = None) -> dict[str, dict[str, Any]]:
    """The inventory's entries by object name."""
    recorded = cluster.client.get(CONFIG_MAP, namespace, f"applyset-{name or namespace}")
    return {entry["name"]: entry for entry in json.loads(recorded["data"]["objects"])}


def test_create_update_unchanged_and_absent(
    lab: Lab, cluster: Cluster, namespace: str, options: dict[str, Any]
) -> None:
    first = cluster.run(definition=[config_map(namespace, a="1", b="2")], **options)
    assert (first["changed"], actions(first)) == (True, {"ConfigMap settings": "created"})
    mark = lab.audit.mark()
    second = cluster.run(definition=[config_map(namespace, a="1", b="2")], **options)
    assert (second["changed"], writes(lab.audit.since(mark))) == (False, [])
    third = cluster.run(definition=[config_map(namespace, a="one")], diff=True, **options)
    assert third["objects"][0]["fields"] == [".data.a", ".data.b"]
    assert (live(cluster, namespace) or {})["data"] == {"a": "one"}
    assert actions(cluster.run(state="absent", **options)) == {"ConfigMap settings": "removed"}
    mark = lab.audit.mark()
    assert not cluster.run(state="absent", **options)["changed"]
    assert writes(lab.audit.since(mark)) == []


def test_a_rule_that_is_no_longer_wanted_vanishes(cluster: Cluster, namespace: str, options: dict[str, Any]) -> None:
    def policy(**spec: Any) -> dict[str, Any]:
        return {
            "apiVersion": "networking.k8s.io/v1", "kind": "NetworkPolicy", "metadata": {"name": "p", "namespace": namespace},
            "spec": {"podSelector": {}, "policyTypes": ["Ingress"], **spec},
        }  # fmt: skip

    cluster.run(definition=[policy(egress=[{"ports": [{"port": 53}]}])], **options)
    result = cluster.run(definition=[policy()], **options)
    assert result["objects"][0]["fields"] == [".spec.egress"]
    assert "egress" not in cluster.client.get(NETWORK_POLICY, namespace, "p")["spec"]


def test_prune_removes_what_the_set_put_there_and_nothing_else(
    lab: Lab, cluster: Cluster, namespace: str, options: dict[str, Any]
) -> None:
    names = ("stays", "goes", "replaced", "copied")
    cluster.run(definition=[config_map(namespace, name) for name in names[:3]], **options)
    lab.kubectl("delete", "configmap", "replaced", "-n", namespace)
    label = f"--labels={PART_OF_LABEL}={applyset_id(namespace, namespace)}"
    for clone in ("replaced", "copied"):
        lab.kubectl("create", "configmap", clone, "-n", namespace)
        lab.kubectl("label", "configmap", clone, "-n", namespace, label.removeprefix("--labels="))
    result = cluster.run(definition=[config_map(namespace, "stays")], **options)
    assert actions(result) == {
        "ConfigMap stays": "unchanged",
        "ConfigMap goes": "removed",
        "ConfigMap replaced": "kept",
    }
    assert "another client has created an object of the same name since" in result["warnings"][0]
    assert [bool(live(cluster, namespace, name)) for name in names] == [True, False, True, True]
    assert set(members(cluster, namespace)) == {"stays"}
    assert not cluster.run(definition=[config_map(namespace, "stays")], **options)["warnings"]


def test_a_tampered_inventory_removes_nothing_of_others(
    cluster: Cluster, namespace: str, options: dict[str, Any]
) -> None:
    cluster.run(definition=[config_map(namespace), config_map(namespace, "second")], **options)
    name = f"applyset-{namespace}"
    recorded = cluster.client.get(CONFIG_MAP, namespace, name)
    entries = json.loads(recorded["data"]["objects"])
    foreign = {**entries[0], "namespace": "kube-system", "name": "kube-root-ca.crt", "uid": ""}
    own = next(entry for entry in entries if entry["name"] == "second")
    own["uid"] = "00000000-1111-2222-3333-444444444444"
    body = config_map(namespace, name, objects=json.dumps([*entries, foreign]))
    cluster.client.apply(CONFIG_MAP, body, field_manager="eve", force=True)
    result = cluster.run(definition=[config_map(namespace)], **options)
    assert actions(result)["ConfigMap kube-root-ca.crt"] == "kept"
    assert actions(result)["ConfigMap second"] == "kept"
    assert live(cluster, "kube-system", "kube-root-ca.crt") and live(cluster, namespace, "second")


@pytest.mark.parametrize("objects", ["not json", '[{"kind": 5}]', '{"a": 1}', "[null]"])
def test_an_unreadable_inventory_stops_everything(
    cluster: Cluster, namespace: str, options: dict[str, Any], objects: str
) -> None:
    cluster.run(definition=[config_map(namespace)], **options)
    body = config_map(namespace, f"applyset-{namespace}", objects=objects)
    cluster.client.apply(CONFIG_MAP, body, field_manager="eve", force=True)
    assert "not a readable inventory" in cluster.run(definition=[config_map(namespace)], **options)["msg"]


def test_somebody_elses_config_map_is_no_inventory(cluster: Cluster, namespace: str, options: dict[str, Any]) -> None:
    cluster.client.apply(CONFIG_MAP, config_map(namespace, f"applyset-{namespace}"), field_manager="eve")
    assert "is not the inventory of this set" in cluster.run(definition=[config_map(namespace)], **options)["msg"]


OTHERS = {
    "kubectl client-side": (["apply", "-f", "-"], "kubectl-client-side-apply"),
    "kubectl server-side": (["apply", "--server-side", "-f", "-"], "kubectl"),
    "kubectl create": (["create", "-f", "-"], "kubectl-create"),
}


@pytest.mark.parametrize("way", OTHERS)
def test_what_others_applied_is_refused_left_or_taken_over(
    way: str, lab: Lab, cluster: Cluster, namespace: str, options: dict[str, Any]
) -> None:
    command, manager = OTHERS[way]
    lab.kubectl(*command, stdin=json.dumps(config_map(namespace, a="theirs", extra="theirs")))
    wanted = [config_map(namespace, a="ours")]
    mark = lab.audit.mark()
    refused = cluster.run(definition=wanted, **options)
    assert f'applied by "{manager}"; it differs in .data.a' in refused["msg"]
    left = cluster.run(definition=wanted, conflicts="leave", **options)
    assert (left["changed"], actions(left)) == (False, {"ConfigMap settings": "left alone"})
    assert writes(lab.audit.since(mark)) == []

    predicted = cluster.run(definition=wanted, conflicts="take_over", check=True, diff=True, **options)
    taken = cluster.run(definition=wanted, conflicts="take_over", **options)
    assert actions(predicted) == actions(taken) == {"ConfigMap settings": "taken over"}
    assert ".data.extra" in predicted["objects"][0]["fields"]
    assert (live(cluster, namespace) or {})["data"] == {"a": "ours"}
    mark = lab.audit.mark()
    assert not cluster.run(definition=wanted, **options)["changed"]
    assert writes(lab.audit.since(mark)) == []
    cluster.run(definition=[config_map(namespace, b="ours")], **options)
    assert (live(cluster, namespace) or {})["data"] == {"b": "ours"}
    cluster.run(definition=[config_map(namespace, "another")], **options)
    assert live(cluster, namespace) is None


def test_taking_over_keeps_a_controllers_finalizer(
    lab: Lab, cluster: Cluster, namespace: str, options: dict[str, Any]
) -> None:
    lab.kubectl("apply", "-f", "-", stdin=json.dumps(config_map(namespace, a="theirs")))
    patch = '{"metadata":{"finalizers":["example.com/hold"]},"data":{"operator":"wrote"}}'
    lab.kubectl(
        "patch", "configmap", "settings", "-n", namespace, "--type=merge", f"--patch={patch}", "--field-manager=manager"
    )
    cluster.run(definition=[config_map(namespace, a="ours")], conflicts="take_over", **options)
    taken = live(cluster, namespace) or {}
    assert taken["metadata"]["finalizers"] == ["example.com/hold"]
    assert taken["data"] == {"a": "ours"}

    pending = cluster.run(state="absent", **{**options, "wait_timeout": 1.0})
    assert "held by finalizer example.com/hold" in pending["msg"]
    again = cluster.run(definition=[config_map(namespace, a="ours")], **options)
    assert "is being deleted, held by finalizer example.com/hold" in again["msg"]
    lab.kubectl(
        "patch", "configmap", "settings", "-n", namespace, "--type=merge", '--patch={"metadata":{"finalizers":null}}'
    )


def test_an_edit_of_our_object_is_a_conflict_only_where_values_differ(
    lab: Lab, cluster: Cluster, namespace: str, options: dict[str, Any]
) -> None:
    wanted = [config_map(namespace, a="1", b="2")]
    cluster.run(definition=wanted, **options)
    lab.kubectl("label", "configmap", "settings", "-n", namespace, "team=x")
    lab.kubectl("annotate", "configmap", "settings", "-n", namespace, "note=x")
    assert not cluster.run(definition=wanted, **options)["changed"]
    patch = '--patch={"data":{"a":"edited","more":"x"}}'
    lab.kubectl(
        "patch", "configmap", "settings", "-n", namespace, "--type=merge", patch, "--field-manager=kubectl-edit"
    )
    refused = cluster.run(definition=wanted, **options)
    assert '.data.a belongs to "kubectl-edit"' in refused["msg"]
    kept = cluster.run(definition=[config_map(namespace, "other")], **options)
    assert actions(kept)["ConfigMap settings"] == "kept"
    assert '"kubectl-edit"' in kept["warnings"][0]
    taken = cluster.run(definition=wanted, conflicts="take_over", **options)
    assert actions(taken)["ConfigMap settings"] == "taken over"
    after = live(cluster, namespace) or {}
    assert after["data"] == {"a": "1", "b": "2"}
    assert after["metadata"]["labels"]["team"] == "x"


def test_two_sets_that_want_one_object_are_told_apart(
    cluster: Cluster, namespace: str, options: dict[str, Any]
) -> None:
    wanted = [config_map(namespace, a="1")]
    cluster.run(definition=wanted, **options)
    second = {**options, "name": f"{namespace}-2"}
    refused = cluster.run(definition=wanted, **second)
    assert f'belongs to the set "{namespace}" (inventory: ConfigMap {namespace}/applyset-{namespace})' in refused["msg"]
    moved = cluster.run(definition=wanted, conflicts="take_over", **second)
    assert actions(moved) == {"ConfigMap settings": "taken over"}
    assert f'belongs to the set "{namespace}-2"' in cluster.run(definition=wanted, **options)["msg"]
    assert actions(cluster.run(state="absent", **options)) == {"ConfigMap settings": "kept"}
    assert live(cluster, namespace)


def test_a_namespace_goes_only_with_the_whole_set(cluster: Cluster) -> None:
    name = fresh_name()
    options: dict[str, Any] = {"name": name, "inventory_namespace": "default"}
    cluster.run(definition=[namespace_object(name), config_map(name, a="1")], **options)
    spared = cluster.run(definition=[config_map(name, a="1")], **options)
    assert actions(spared)[f"Namespace {name}"] == "kept"
    cluster.client.apply(CONFIG_MAP, config_map(name, extra="x"), field_manager="team")
    kept = cluster.run(state="absent", **options)
    assert actions(kept) == {f"Namespace {name}": "kept", "ConfigMap settings": "kept"}
    lines = cluster.client.get(CONFIG_MAP, name, "settings")["metadata"]["managedFields"]
    assert {entry["manager"] for entry in lines} == {"team", "ml_platform.seldon"}
    cluster.client.delete(CONFIG_MAP, name, "settings")
    assert actions(cluster.run(state="absent", **options)) == {f"Namespace {name}": "removed"}
    with pytest.raises(NotFound):
        cluster.client.get(NAMESPACE, None, name)


def test_a_first_run_is_predicted_with_namespace_and_definition_in_the_set(lab: Lab, cluster: Cluster) -> None:
    name = fresh_name()
    group = f"{name}.example.com"
    definition = {
        "apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition", "metadata": {"name": f"widgets.{group}"},
        "spec": {
            "group": group, "scope": "Namespaced", "names": {"plural": "widgets", "kind": "Widget"},
            "versions": [{
                "name": "v1", "served": True, "storage": True,
                "schema": {"openAPIV3Schema": {"type": "object", "x-kubernetes-preserve-unknown-fields": True}},
            }],
        },
    }  # fmt: skip
    widget = {
        "apiVersion": f"{group}/v1",
        "kind": "Widget",
        "metadata": {"name": "w"},
        "spec": {"flag": True, "n": 1.0},
    }
    options: dict[str, Any] = {
        "name": name, "inventory_namespace": name, "namespace": name,
        "definition": [widget, config_map(name), definition, namespace_object(name)],
    }  # fmt: skip
    mark = lab.audit.mark()
    predicted = cluster.run(check=True, **options)
    assert writes(lab.audit.since(mark)) == []
    real = cluster.run(**options)
    assert "msg" not in real, real
    assert predicted["objects"] == real["objects"]
    assert set(actions(real).values()) == {"created"}
    assert not cluster.run(**options)["changed"]
    widget["spec"] = {"flag": 1, "n": 1}
    assert cluster.run(**options)["objects"][0]["fields"] == [".spec.flag"]
    options.pop("definition")
    assert set(actions(cluster.run(state="absent", **options)).values()) == {"removed"}


def refused(result: dict[str, Any]) -> str:
    assert result["failed"] and not result["changed"], result
    return str(result["msg"])


def test_bad_input_is_refused_before_anything_is_written(
    lab: Lab, cluster: Cluster, namespace: str, options: dict[str, Any]
) -> None:
    good = config_map(namespace, "good")
    mark = lab.audit.mark()

    def run(*objects: Any) -> str:
        return refused(cluster.run(definition=[good, *objects], **options))

    assert 'Did you mean "ConfigMap"?' in run({**good, "kind": "ConfgMap"})
    assert "It serves Deployment as apps/v1" in run({**good, "kind": "Deployment", "apiVersion": "apps/v1beta1"})
    assert "is given twice" in run(good)
    assert "metadata.name is missing" in run({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {}})
    assert "apiVersion is missing" in run({"kind": "ConfigMap"})
    assert "namespace nowhere does not exist" in run(config_map("nowhere"))
    labelled = config_map(namespace, "l")
    labelled["metadata"]["labels"] = {"version": 1.0}
    assert "metadata.labels.version is a float, expected a string" in run(labelled)
    unknown = {**config_map(namespace, "u"), "dta": {"a": "b"}}
    assert "field not declared in schema" in run(unknown) or "unknown field" in run(unknown)
    assert "no object is given" in refused(cluster.run(definition=[], **options))
    quota = {
        "apiVersion": "v1",
        "kind": "ResourceQuota",
        "metadata": {"name": "q", "namespace": namespace},
        "spec": {"hard": {"pods": "many"}},
    }
    assert "ResourceQuota" in run(quota)
    assert writes(lab.audit.since(mark)) == []


def test_a_terminating_namespace_is_named(lab: Lab, cluster: Cluster) -> None:
    name = fresh_name()
    held = config_map(name)
    held["metadata"]["finalizers"] = ["example.com/hold"]
    cluster.client.apply(NAMESPACE, namespace_object(name), field_manager="test")
    cluster.client.apply(CONFIG_MAP, held, field_manager="test")
    cluster.client.delete(NAMESPACE, None, name)
    message = refused(cluster.run(name=name, inventory_namespace="default", definition=[config_map(name, "b")]))
    assert f"namespace {name} is being deleted" in message
    message = refused(cluster.run(name=name, inventory_namespace="default", definition=[namespace_object(name)]))
    assert f"Namespace {name} is being deleted" in message
    lab.kubectl(
        "patch", "configmap", "settings", "-n", name, "--type=merge", '--patch={"metadata":{"finalizers":null}}'
    )


def test_a_user_without_permissions_is_told_which_one(
    lab: Lab, cluster: Cluster, namespace: str, options: dict[str, Any]
) -> None:
    lab.kubectl("create", "serviceaccount", "nobody", "-n", namespace)
    token = lab.kubectl("create", "token", "nobody", "-n", namespace).strip()
    nobody = Cluster(lab.kubeconfig, api_key=token)
    message = refused(nobody.run(definition=[config_map(namespace)], **options))
    assert f"system:serviceaccount:{namespace}:nobody" in message and 'cannot get resource "configmaps"' in message
    assert "Grant that permission" in message and token not in message


CANARY = "c4nary-v4lue"


def test_a_secret_is_never_shown(lab: Lab, cluster: Cluster, namespace: str, options: dict[str, Any]) -> None:
    def secret(**fields: Any) -> dict[str, Any]:
        return {"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "s", "namespace": namespace}, **fields}

    encoded = "YzRuYXJ5LXY0bHVl"
    hidden = (CANARY, encoded)
    lab.kubectl("apply", "-f", "-", stdin=json.dumps(secret(stringData={"k": f"{CANARY}-old", "gone": CANARY})))
    shown = [
        cluster.run(definition=[secret(stringData={"k": CANARY})], diff=True, **options),
        cluster.run(
            definition=[secret(stringData={"k": CANARY})], conflicts="take_over", check=True, diff=True, **options
        ),
        cluster.run(definition=[secret(stringData={"k": CANARY})], conflicts="take_over", diff=True, **options),
        cluster.run(definition=[secret(stringData={"k": CANARY + "2"}, data={"z": encoded})], diff=True, **options),
        cluster.run(definition=[secret(data={"k": CANARY})], diff=True, **options),
        cluster.run(definition=[secret(stringData={"k": {"nested": CANARY}})], diff=True, **options),
        cluster.run(definition=[secret(stringData={"k": "x"}, type="kubernetes.io/tls")], diff=True, **options),
        cluster.run(definition=[secret(stringData={"bad/key": CANARY})], diff=True, **options),
    ]
    assert [entry["failed"] for entry in shown if "failed" in entry] == [True] * 5
    text = json.dumps(shown) + json.dumps(cluster.client.get(CONFIG_MAP, namespace, f"applyset-{namespace}")["data"])
    assert "(hidden)" in text
    assert not [value for value in hidden if value in text]


KILLED = """
import sys
sys.path[:0] = {path!r}
import json
from pathlib import Path
from tests.integration.applyset_cluster import Cluster
print(Cluster(Path({kubeconfig!r})).run(**json.loads(sys.stdin.read())).get("msg"))
"""


@pytest.mark.parametrize("moment", [0.3, 0.5, 0.55, 0.6, 0.65, 0.7, 0.8])
def test_a_killed_run_is_finished_by_the_next(lab: Lab, cluster: Cluster, moment: float) -> None:
    name = fresh_name()
    wanted = [namespace_object(name), *(config_map(name, f"c{n}", a="1") for n in range(40))]
    options: dict[str, Any] = {"name": name, "inventory_namespace": "default"}
    script = KILLED.format(path=[str(REPOSITORY / ".collections"), str(REPOSITORY)], kubeconfig=str(lab.kubeconfig))
    process = subprocess.Popen([sys.executable, "-c", script], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert process.stdin
    process.stdin.write(json.dumps({**options, "definition": wanted, "connections": 1}).encode())
    process.stdin.close()
    time.sleep(moment * 2)
    process.kill()
    process.wait()
    fewer = cluster.run(definition=wanted[:20], **options)
    assert "msg" not in fewer, fewer
    assert set(members(cluster, "default", name)) == {name, *(f"c{n}" for n in range(19))}
    left = {o["metadata"]["name"] for o in cluster.client.list(CONFIG_MAP, name)} - {"kube-root-ca.crt"}
    assert left == {f"c{n}" for n in range(19)}
    cluster.run(state="absent", wait=False, **options)


def test_an_unchanged_set_is_read_with_few_requests(lab: Lab, cluster: Cluster) -> None:
    name = fresh_name()
    role = {"apiVersion": "rbac.authorization.k8s.io/v1", "kind": "Role", "rules": []}
    wanted = [namespace_object(name)]
    wanted += [config_map(name, f"c{n}") for n in range(30)]
    wanted += [{**role, "metadata": {"name": f"r{n}", "namespace": name}} for n in range(10)]
    quota = {
        "apiVersion": "v1",
        "kind": "ResourceQuota",
        "metadata": {"name": "q", "namespace": name},
        "spec": {"hard": {"pods": "9"}},
    }
    options: dict[str, Any] = {"name": name, "inventory_namespace": "default", "definition": [*wanted, quota]}
    assert "msg" not in cluster.run(**options)
    mark = lab.audit.mark()
    assert not cluster.run(**options)["changed"]
    requests = [r for r in lab.audit.since(mark) if r.user_agent.startswith("ml_platform")]
    assert writes(requests) == []
    assert len(requests) <= 4 + 4  # the kinds, two of discovery, the inventory, its namespace
    cluster.run(name=name, inventory_namespace="default", state="absent", wait=False)


def test_a_deployment_that_a_quota_keeps_from_running_fails_with_the_controllers_words(
    cluster: Cluster, namespace: str, options: dict[str, Any]
) -> None:
    pod = {"containers": [{"name": "c", "image": "busybox"}]}
    deployment = {
        "apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "d", "namespace": namespace},
        "spec": {"selector": {"matchLabels": {"a": "b"}}, "template": {"metadata": {"labels": {"a": "b"}}, "spec": pod}},
    }  # fmt: skip
    quota = {
        "apiVersion": "v1",
        "kind": "ResourceQuota",
        "metadata": {"name": "q", "namespace": namespace},
        "spec": {"hard": {"limits.cpu": "1"}},
    }
    result = cluster.run(definition=[deployment, quota], **{**options, "wait_timeout": 5.0})
    assert result["failed"] and result["changed"]
    # The refusal of the controller is before or after the count, depending on when its event arrives.
    assert f"Deployment {namespace}/d: " in result["msg"] and "0 of 1 replicas available" in result["msg"]
    assert "FailedCreate" in result["msg"] and "must specify limits.cpu" in result["msg"]


def test_two_runs_at_once_notice_each_other_or_agree(cluster: Cluster, namespace: str, options: dict[str, Any]) -> None:
    cluster.run(definition=[config_map(namespace)], **options)
    stale = cluster.client.get(CONFIG_MAP, namespace, f"applyset-{namespace}")["metadata"]["resourceVersion"]
    cluster.run(definition=[config_map(namespace), config_map(namespace, "b")], **options)
    from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.applyset.inventory import (
        Inventory,
        Member,
    )
    from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.applyset.objects import ObjectKey
    from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.applyset.record import Record
    from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.kube.errors import Conflict

    record = Record(cluster.client, Inventory(namespace, namespace, {}, stale), "ml_platform.seldon")
    with pytest.raises(Conflict, match="another run of this set"):
        record.write([Member(CONFIG_MAP, ObjectKey("", "ConfigMap", namespace, "x"))])


def test_what_needs_a_raised_quota_comes_in_one_run_with_it(
    cluster: Cluster, namespace: str, options: dict[str, Any]
) -> None:
    def quota(number: int) -> dict[str, Any]:
        hard = {"count/configmaps": str(number)}
        return {
            "apiVersion": "v1",
            "kind": "ResourceQuota",
            "metadata": {"name": "q", "namespace": namespace},
            "spec": {"hard": hard},
        }

    few = [quota(4), config_map(namespace, "a")]
    assert "msg" not in cluster.run(definition=few, **options)
    more = [config_map(namespace, name) for name in "abcd"]
    assert "exceeded quota" in cluster.run(definition=[quota(4), *more], **options)["msg"]
    assert "msg" not in cluster.run(definition=[quota(20), *more], **options)


def test_many_objects_under_one_quota_at_once(cluster: Cluster, namespace: str, options: dict[str, Any]) -> None:
    hard = {"count/configmaps": "100", "count/secrets": "100"}
    quota = {
        "apiVersion": "v1",
        "kind": "ResourceQuota",
        "metadata": {"name": "q", "namespace": namespace},
        "spec": {"hard": hard},
    }
    objects = [config_map(namespace, f"c{n}") for n in range(60)]
    result = cluster.run(definition=[quota, *objects], connections=8, **options)
    assert "msg" not in result, result["msg"]
    assert result["counts"] == {"created": 61}
