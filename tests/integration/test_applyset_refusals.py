# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes that the real API server refuses: one line, every field, and a next step that works."""

from __future__ import annotations

import copy
import shlex
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.integration.applyset_cluster import Cluster, actions, created_namespace, namespace_object
from tests.integration.lab_fixture import Lab

Manifest = dict[str, Any]
POD = {"containers": [{"name": "c", "image": "busybox"}]}
TEMPLATE = {"metadata": {"labels": {"a": "b"}}, "spec": POD}
ROLE_REF = {"apiGroup": "rbac.authorization.k8s.io", "kind": "Role", "name": "x"}
CLAIM = {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "2Gi"}}, "storageClassName": "a"}


@pytest.fixture(scope="module")
def cluster(lab: Lab) -> Cluster:
    return Cluster(lab.kubeconfig)


@pytest.fixture
def namespace(cluster: Cluster) -> Iterator[str]:
    with created_namespace(cluster) as name:
        yield name


@pytest.fixture
def options(namespace: str) -> dict[str, Any]:
    return {"name": namespace, "inventory_namespace": namespace, "namespace": namespace, "wait": False}


def manifest(api_version: str, kind: str, **fields: Any) -> Manifest:
    return copy.deepcopy({"apiVersion": api_version, "kind": kind, "metadata": {"name": "x"}, **fields})


def changed(before: Manifest, change: Callable[[Manifest], None]) -> tuple[Manifest, Manifest]:
    after = copy.deepcopy(before)
    change(after)
    return before, after


JOB = manifest("batch/v1", "Job", spec={"template": {"spec": {**POD, "restartPolicy": "Never"}}})
APP = {"selector": {"matchLabels": {"a": "b"}}, "template": TEMPLATE}
STATEFUL_SET = manifest("apps/v1", "StatefulSet", spec={"serviceName": "x", **APP})
DEPLOYMENT = manifest("apps/v1", "Deployment", spec=APP)
SERVICE = manifest("v1", "Service", spec={"ports": [{"port": 80}], "clusterIP": "10.96.7.7"})
OTHER_SERVICE = manifest("v1", "Service", spec={"ports": [{"port": 80}], "clusterIP": "10.96.7.9"})
SECRET = manifest("v1", "Secret", type="Opaque", stringData={"tls.crt": "swordfish", "tls.key": "swordfish"})
LOCKED_SECRET = manifest("v1", "Secret", immutable=True, stringData={"a": "swordfish"})
LOCKED = manifest("v1", "ConfigMap", immutable=True, data={"a": "b"})
BINDING = manifest("rbac.authorization.k8s.io/v1", "RoleBinding", roleRef=ROLE_REF, subjects=[])
CHANGES = {
    "spec.template.spec.containers[name=\"c\"].image": changed(
        JOB, lambda obj: obj["spec"]["template"]["spec"]["containers"][0].update(image="nginx")
    ),
    "spec.serviceName": changed(STATEFUL_SET, lambda obj: obj["spec"].update(serviceName="y")),
    "spec.podManagementPolicy": changed(STATEFUL_SET, lambda obj: obj["spec"].update(podManagementPolicy="Parallel")),
    "spec.selector": changed(
        DEPLOYMENT,
        lambda obj: obj["spec"].update(
            selector={"matchLabels": {"a": "c"}}, template={**TEMPLATE, "metadata": {"labels": {"a": "c"}}}
        ),
    ),
    "spec.clusterIP": changed(SERVICE, lambda obj: obj["spec"].update(clusterIP="None")),
    "spec.clusterIP ": changed(OTHER_SERVICE, lambda obj: obj["spec"].update(clusterIP="10.96.7.8")),
    "type": changed(SECRET, lambda obj: obj.update(type="kubernetes.io/tls")),
    "data.a": changed(LOCKED_SECRET, lambda obj: obj.update(stringData={"a": "marlin"})),
    "data.a ": changed(LOCKED, lambda obj: obj.update(data={"a": "c"})),
    "roleRef": changed(BINDING, lambda obj: obj["roleRef"].update(name="y")),
}  # fmt: skip


@pytest.mark.parametrize(
    ("field", "change"), CHANGES.items(), ids=lambda value: value if isinstance(value, str) else ""
)
def test_what_cannot_be_changed_is_one_line_with_a_next_step_that_works(
    lab: Lab, cluster: Cluster, namespace: str, options: dict[str, Any], field: str, change: tuple[Manifest, Manifest]
) -> None:
    before, after = change
    assert "msg" not in cluster.run(definition=[before], **options)
    said = cluster.run(definition=[after], **options)["msg"]
    assert said.startswith(f"{before['kind']} {namespace}/x: {field.strip()} cannot be changed after its creation. ")
    assert "\n" not in said and len(said) < 350 and "{" not in said
    assert "swordfish" not in said and "marlin" not in said
    lab.kubectl(*shlex.split(said.partition("kubectl ")[2]), "--wait")
    result = cluster.run(definition=[after], **options)
    assert actions(result) == {f"{before['kind']} x": "created"}, result.get("msg")


@pytest.mark.parametrize(
    ("field", "change"),
    [
        ("spec.accessModes", {"accessModes": ["ReadWriteMany"]}),
        ("spec.resources.requests.storage", {"resources": {"requests": {"storage": "1Gi"}}}),
    ],
)
def test_a_claim_is_never_to_be_deleted(
    cluster: Cluster, options: dict[str, Any], field: str, change: dict[str, Any]
) -> None:
    cluster.run(definition=[manifest("v1", "PersistentVolumeClaim", spec=CLAIM)], **options)
    wanted = [manifest("v1", "PersistentVolumeClaim", spec={**CLAIM, **change})]
    assert cluster.run(definition=wanted, **options)["msg"] == (
        f"PersistentVolumeClaim {options['namespace']}/x: {field} cannot be changed after its creation. Keep the old value, or "
        "give the claim another name. Deleting the object deletes its data"
    )


WRONG = {
    "selectr": {},
    "replicas": -1,
    "selector": {"matchLabels": {"a": "b"}},
    "template": {
        "metadata": {"labels": {"a": "x"}},
        "spec": {"containers": [{"name": "c", "imag": "x", "ports": [{"containerPort": 99999999}]}]},
    },
}


@pytest.mark.parametrize("new_namespace", [False, True])
def test_every_wrong_field_of_a_built_in_kind_is_named_at_once(
    cluster: Cluster, namespace: str, options: dict[str, Any], new_namespace: bool
) -> None:
    name = f"{namespace}-new" if new_namespace else namespace
    wanted = [namespace_object(name)] if new_namespace else []
    wanted.append({**manifest("apps/v1", "Deployment", spec=WRONG), "metadata": {"name": "x", "namespace": name}})
    said = cluster.run(definition=wanted, **options)["msg"]
    assert said == (
        f"Deployment {name}/x: 6 fields are wrong: spec.selectr: unknown field; spec.template.spec.containers[0].imag: unknown field; "
        "spec.replicas: must be greater than or equal to 0 (it is -1); spec.template.metadata.labels: `selector` does not match "
        "template `labels`; spec.template.spec.containers[0].image: is required; spec.template.spec.containers[0].ports[0].containerPort: "
        "must be between 1 and 65535, inclusive (it is 99999999). Correct the fields"
    )


def test_every_wrong_field_of_a_change_is_named_at_once(cluster: Cluster, options: dict[str, Any]) -> None:
    cluster.run(definition=[DEPLOYMENT], **options)
    wanted = manifest("apps/v1", "Deployment", spec={**APP, "replicas": -1, "minReadySeconds": -2, "pausd": True})
    said = cluster.run(definition=[wanted], **options)["msg"]
    assert "3 fields are wrong: " in said
    for field in ("spec.replicas: must be", "spec.minReadySeconds: must be", "spec.pausd: unknown field"):
        assert field in said
