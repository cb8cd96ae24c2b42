# SPDX-License-Identifier: GPL-3.0-or-later
"""Jobs that disappear after their end, on the real job and TTL controllers."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.kube.errors import NotFound
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.kube.resources import JOB, NAMESPACE

from tests.integration.applyset_cluster import Cluster, actions, created_namespace, fresh_name, namespace_object, writes
from tests.integration.lab_fixture import Lab

NOWHERE = {"nodeSelector": {"no": "node"}}


@pytest.fixture(scope="module")
def cluster(lab: Lab) -> Cluster:
    return Cluster(lab.kubeconfig)


@pytest.fixture
def namespace(cluster: Cluster) -> Iterator[str]:
    with created_namespace(cluster) as name:
        yield name


@pytest.fixture
def options(namespace: str) -> dict[str, Any]:
    return {"name": namespace, "inventory_namespace": namespace}


def job(namespace: str, ttl: int | None, *, pod: dict[str, Any] | None = None, **spec: Any) -> dict[str, Any]:
    """A Job of one container; the lab completes its pods where they can be scheduled."""
    containers = [{"name": "c", "image": "busybox"}]
    template = {"spec": {"restartPolicy": "Never", "containers": containers, **(pod or {})}}
    removal = {} if ttl is None else {"ttlSecondsAfterFinished": ttl}
    return {
        "apiVersion": "batch/v1", "kind": "Job", "metadata": {"name": "j", "namespace": namespace},
        "spec": {**removal, "template": template, **spec},
    }  # fmt: skip


def slower(namespace: str) -> dict[str, Any]:
    """A Deployment that becomes available after the Job is gone."""
    template = {"metadata": {"labels": {"a": "b"}}, "spec": {"containers": [{"name": "c", "image": "busybox"}]}}
    return {
        "apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "d", "namespace": namespace},
        "spec": {"minReadySeconds": 8, "selector": {"matchLabels": {"a": "b"}}, "template": template},
    }  # fmt: skip


def is_gone(cluster: Cluster, namespace: str) -> bool:
    try:
        cluster.client.get(JOB, namespace, "j")
    except NotFound:
        return True
    return False


def gone(lab: Lab, namespace: str) -> None:
    lab.kubectl("wait", "--for=delete", "job/j", "-n", namespace, "--timeout=60s")


@pytest.mark.parametrize("ttl", [0, 1])
def test_a_job_that_ends_beside_something_slower_is_neither_missed_nor_run_again(
    lab: Lab, cluster: Cluster, namespace: str, options: dict[str, Any], ttl: int
) -> None:
    wanted = [job(namespace, ttl), slower(namespace)]
    first = cluster.run(definition=wanted, **options)
    assert "msg" not in first, first["msg"]
    gone(lab, namespace)
    for check in (True, False):
        mark = lab.audit.mark()
        again = cluster.run(definition=wanted, check=check, **options)
        assert (again["changed"], actions(again)["Job j"], again["warnings"]) == (False, "finished", [])
        assert writes(lab.audit.since(mark)) == []
    assert is_gone(cluster, namespace)
    changed = [job(namespace, ttl, backoffLimit=1), slower(namespace)]
    assert actions(cluster.run(definition=changed, **options))["Job j"] == "created"


def test_a_job_that_ends_after_the_run_is_known_by_its_events(
    lab: Lab, cluster: Cluster, namespace: str, options: dict[str, Any]
) -> None:
    cluster.run(definition=[job(namespace, 0)], wait=False, **options)
    gone(lab, namespace)
    again = cluster.run(definition=[job(namespace, 0)], **options)
    assert (actions(again), again["warnings"]) == ({"Job j": "finished"}, [])
    lab.kubectl("delete", "events", "--all", "-n", namespace)
    later = cluster.run(definition=[job(namespace, 0)], **options)
    assert (actions(later), later["warnings"]) == ({"Job j": "finished"}, [])


def test_an_end_without_any_trace_is_a_warning(
    lab: Lab, cluster: Cluster, namespace: str, options: dict[str, Any]
) -> None:
    cluster.run(definition=[job(namespace, 0)], wait=False, **options)
    gone(lab, namespace)
    lab.kubectl("delete", "events", "--all", "-n", namespace)
    again = cluster.run(definition=[job(namespace, 0)], **options)
    assert actions(again) == {"Job j": "finished"}
    assert again["warnings"] == [
        f"Job {namespace}/j no longer exists, and no run has seen whether it completed or failed. It is not created again. "
        "To run it again, change its name or its spec"
    ]


@pytest.mark.parametrize(
    ("ttl", "pod"),
    [(None, {}), (3600, {}), (0, NOWHERE)],
    ids=["it never disappears by itself", "before it could disappear", "before its end"],
)
def test_a_job_that_somebody_deletes_is_created_again(
    lab: Lab, cluster: Cluster, namespace: str, options: dict[str, Any], ttl: int | None, pod: dict[str, Any]
) -> None:
    wanted = [job(namespace, ttl, pod=pod)]
    cluster.run(definition=wanted, **options)
    until = "condition=Complete" if not pod else "jsonpath={.status.active}=1"
    lab.kubectl("wait", f"--for={until}", "job/j", "-n", namespace, "--timeout=60s")
    assert actions(cluster.run(definition=wanted, **options)) == {"Job j": "unchanged"}
    lab.kubectl("delete", "job", "j", "-n", namespace)
    assert actions(cluster.run(definition=wanted, **options)) == {"Job j": "created"}


def test_a_job_that_fails_is_reported_and_created_again(
    lab: Lab, cluster: Cluster, namespace: str, options: dict[str, Any]
) -> None:
    wanted = [job(namespace, 0, pod=NOWHERE, activeDeadlineSeconds=2), slower(namespace)]
    failed = cluster.run(definition=wanted, **options)
    assert failed["failed"] and f"Job {namespace}/j" in failed["msg"] and "DeadlineExceeded" in failed["msg"]
    gone(lab, namespace)
    assert actions(cluster.run(definition=wanted, wait=False, **options))["Job j"] == "created"


def test_a_namespace_that_is_created_again_gets_its_jobs_again(lab: Lab, cluster: Cluster) -> None:
    name = fresh_name()
    options = {"name": name, "inventory_namespace": "default"}
    wanted = [namespace_object(name), job(name, 0)]
    cluster.run(definition=wanted, **options)
    gone(lab, name)
    assert actions(cluster.run(definition=wanted, **options))["Job j"] == "finished"
    lab.kubectl("delete", "namespace", name)
    assert actions(cluster.run(definition=wanted, **options))["Job j"] == "created"
    gone(lab, name)
    lab.kubectl("delete", "namespace", name)
    lab.kubectl("create", "namespace", name)
    assert actions(cluster.run(definition=wanted[1:], **options))["Job j"] == "created"
    cluster.run(state="absent", wait=False, **options)
    cluster.client.delete(NAMESPACE, None, name)
