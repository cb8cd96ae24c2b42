# SPDX-License-Identifier: GPL-3.0-or-later
"""Objects that Kubernetes itself creates: nobody owns them, so there is nothing to take over."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.kube.resources import (
    NAMESPACE,
    SERVICE_ACCOUNT,
)

from tests.integration.applyset_cluster import Cluster, actions, config_map, fresh_name, namespace_object
from tests.integration.lab_fixture import Lab

Account = dict[str, Any]
RESTORED = "is written by Kubernetes itself, which restores it after a change. Remove it from the manifests, or choose another name"


@pytest.fixture(scope="module")
def cluster(lab: Lab) -> Cluster:
    return Cluster(lab.kubeconfig)


@pytest.fixture
def namespace(lab: Lab, cluster: Cluster) -> Iterator[str]:
    """A namespace as another run has just created it: with Kubernetes' objects, and without any of the run's."""
    name = fresh_name()
    cluster.client.apply(NAMESPACE, namespace_object(name), field_manager="ml_platform.seldon")
    for waited in ("serviceaccount/default", "configmap/kube-root-ca.crt"):
        lab.kubectl("wait", "--for=create", waited, "-n", name, "--timeout=30s")
    yield name
    cluster.client.delete(NAMESPACE, None, name)


@pytest.fixture
def options(namespace: str) -> dict[str, Any]:
    return {"name": namespace, "inventory_namespace": namespace}


def account(namespace: str) -> Account:
    return {
        "apiVersion": "v1",
        "kind": "ServiceAccount",
        "metadata": {"name": "default", "namespace": namespace},
        "automountServiceAccountToken": False,
    }


@pytest.mark.parametrize("conflicts", ["fail", "leave", "take_over"])
def test_the_default_service_account_is_nobodys(
    cluster: Cluster, namespace: str, options: dict[str, Any], conflicts: str
) -> None:
    result = cluster.run(definition=[account(namespace)], conflicts=conflicts, **options)
    assert "msg" not in result, result["msg"]
    assert actions(result) == {"ServiceAccount default": "taken over"}
    assert cluster.client.get(SERVICE_ACCOUNT, namespace, "default")["automountServiceAccountToken"] is False
    assert not cluster.run(definition=[account(namespace)], **options)["changed"]


def test_a_default_service_account_that_somebody_filled_is_theirs(
    lab: Lab, cluster: Cluster, namespace: str, options: dict[str, Any]
) -> None:
    lab.kubectl(
        "patch", "serviceaccount", "default", "-n", namespace, "-p", '{"imagePullSecrets": [{"name": "registry"}]}'
    )
    said = cluster.run(definition=[account(namespace)], **options)["msg"]
    # The API server does not record who patched an object that was created without managedFields.
    assert said == (
        f"ServiceAccount {namespace}/default exists already, applied by someone else; it differs in "
        ".automountServiceAccountToken. Remove it, or take it over with conflicts: take_over"
    )


@pytest.mark.parametrize("conflicts", ["fail", "take_over"])
def test_what_kubernetes_restores_is_refused_without_advice_to_take_it_over(
    cluster: Cluster, namespace: str, options: dict[str, Any], conflicts: str
) -> None:
    role = {
        "apiVersion": "rbac.authorization.k8s.io/v1",
        "kind": "ClusterRole",
        "metadata": {"name": "system:node-bootstrapper"},
    }
    wanted = [config_map(namespace, "kube-root-ca.crt", a="b"), {**role, "rules": []}]
    said = cluster.run(definition=wanted, conflicts=conflicts, **options)["msg"]
    assert said.splitlines() == [
        f"ConfigMap {namespace}/kube-root-ca.crt {RESTORED}",
        f"ClusterRole system:node-bootstrapper {RESTORED}",
    ]
    left = cluster.run(definition=wanted[:1], conflicts="leave", **options)
    assert (actions(left), left["objects"][0]["reason"]) == ({"ConfigMap kube-root-ca.crt": "left alone"}, RESTORED)
