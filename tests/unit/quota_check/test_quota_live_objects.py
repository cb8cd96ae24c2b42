# SPDX-License-Identifier: GPL-3.0-or-later
"""Existing objects: each disagreement with the API server that the conformance run found is a test."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import cast

import pytest
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.kube.amounts import whole
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.kube.client import KubeClient
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.kube.discovery import Discovery
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.kube.resource import Resource
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.kube.resources import (
    DEPLOYMENT,
    PERSISTENT_VOLUME_CLAIM,
    POD,
    SERVICE,
    STATEFUL_SET,
)
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.quota.report import Line, Verdict
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.quota_check.assess import Assessment, assess
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.quota_check.change import Change
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.quota_check.needed import needed
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.quota_check.read import read_state
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.quota_check.state import NamespaceState
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.quota_check.templates import same_template

from tests.unit.quota.builders import Json, container, limit_range, quota
from tests.unit.quota_check.effective import tenant_of

SMALL, LARGE = ({"containers": [container("a", {"cpu": cpu}, {"cpu": cpu})]} for cpu in ("100m", "1"))
NOTHING: Json = {"containers": [{"name": "a"}]}
DEFAULTS = limit_range({"type": "Container", "default": {"cpu": "2"}, "defaultRequest": {"cpu": "1"}})
GPU: Json = {"containers": [container("a", {"nvidia.com/gpu": "2"}, {"nvidia.com/gpu": "1"})]}


def pod(name: str, spec: Json, **labels: str) -> Json:
    return {
        "kind": "Pod",
        "metadata": {"name": name, "labels": labels or {"app": "w"}},
        "spec": spec,
        "status": {"phase": "Running"},
    }


def workload(kind: str, spec: Json, replicas: int = 2, **more: object) -> Json:
    given = {"replicas": replicas, "selector": {"matchLabels": {"app": "w"}}, "template": {"spec": spec}, **more}
    return {"kind": kind, "metadata": {"name": "w"}, "spec": given}


def replica_set(number: int = 0) -> Json:
    owner = {"kind": "Deployment", "name": "w"}
    return {"kind": "ReplicaSet", "metadata": {"name": f"w-{number}", "ownerReferences": [owner]}, "spec": {}}


def assessed(change: Change, hard: Json, used: Json, live: Mapping[str, Sequence[Json]], *limits: Json) -> Assessment:
    objects = {**live, "resourcequotas": [quota(hard, used)], "limitranges": list(limits)}
    return assess(change, NamespaceState(objects, storage_class=""))


def line_of(assessment: Assessment, key: str) -> Line:
    [found] = [line for line in assessment.report.lines if line.key == key]
    return found


def test_a_pod_that_is_there_keeps_what_it_counts_when_limits_come() -> None:
    assessment = assessed(
        Change([("pods", pod("p", NOTHING))]),
        {"limits.cpu": "4", "pods": "1"},
        {"pods": "1"},
        {"pods": [pod("p", NOTHING)]},
        DEFAULTS,
    )
    assert assessment.report.verdict is Verdict.FITS and line_of(assessment, "limits.cpu").after == 0


@pytest.mark.parametrize(
    ("kind", "resource"), [("StatefulSet", "statefulsets.apps"), ("Deployment", "deployments.apps")]
)
def test_pods_of_an_unchanged_template_are_not_made_anew(kind: str, resource: str) -> None:
    live = {resource: [workload(kind, NOTHING)], "pods": [pod("w-0", NOTHING), pod("w-1", NOTHING)]}
    more = assessed(Change([(resource, workload(kind, NOTHING, 3))]), {"requests.cpu": "1"}, {}, live, DEFAULTS)
    assert more.report.verdict is Verdict.FITS and line_of(more, "requests.cpu").after == whole(1)
    less = assessed(Change([(resource, workload(kind, NOTHING, 1))]), {"pods": "2"}, {"pods": "2"}, live, DEFAULTS)
    assert line_of(less, "pods").after == whole(1)


def test_pods_that_are_there_need_not_state_what_a_new_quota_demands() -> None:
    live = {"statefulsets.apps": [workload("StatefulSet", NOTHING)], "pods": [pod("w-0", NOTHING), pod("w-1", NOTHING)]}
    again = assessed(Change([("statefulsets.apps", workload("StatefulSet", NOTHING))]), {"limits.cpu": "9"}, {}, live)
    assert again.report.verdict is Verdict.FITS
    [note] = again.report.notes
    assert (
        str(note.subject) == "StatefulSet w"
        and note.message == "a new pod of it would be refused: failed quota: q: must specify limits.cpu for: a"
    )
    grown = assessed(
        Change([("statefulsets.apps", workload("StatefulSet", NOTHING, 3))]), {"limits.cpu": "9"}, {}, live
    )
    assert grown.report.verdict is Verdict.INVALID


def test_a_server_that_is_there_is_judged_by_its_new_pods_alone() -> None:
    server = {"metadata": {"name": "s"}, "spec": {"replicas": 1, "maxReplicas": 2}}
    change = Change(tenant=tenant_of(server, NOTHING))
    live = {
        "statefulsets.apps": [
            {"kind": "StatefulSet", "metadata": {"name": "s"}, "spec": {"template": {"spec": NOTHING}}}
        ],
        "pods": [pod("s-0", NOTHING, **{"seldon-server-name": "s"})],
    }
    assessment = assessed(change, {"limits.cpu": "9"}, {}, live)
    assert assessment.report.verdict is Verdict.FITS_NOW_NOT_AT_MAX and not assessment.report.invalid
    assert [note for note in assessment.report.notes if "must specify limits.cpu" in note.message]
    assert assessed(change, {"limits.cpu": "9"}, {}, {}).report.verdict is Verdict.INVALID


def test_a_deployment_that_is_only_scaled_does_not_surge() -> None:
    live = {"deployments.apps": [workload("Deployment", SMALL)], "pods": [pod("w-0", SMALL), pod("w-1", SMALL)]}
    assessment = assessed(
        Change([("deployments.apps", workload("Deployment", SMALL, 3))]), {"pods": "3"}, {"pods": "2"}, live
    )
    assert assessment.report.verdict is Verdict.FITS and line_of(assessment, "pods").peak == whole(1)


@pytest.mark.parametrize(("changes", "after"), [(False, 2), (True, 3)])
def test_replica_sets_that_are_there_are_counted_already(changes: bool, after: int) -> None:
    live = {"deployments.apps": [workload("Deployment", SMALL)], "replicasets.apps": [replica_set(0), replica_set(1)]}
    wanted = workload("Deployment", LARGE if changes else SMALL)
    key = "count/replicasets.apps"
    assert line_of(assessed(Change([("deployments.apps", wanted)]), {key: "9"}, {key: "2"}, live), key).after == whole(
        after
    )


def test_the_use_after_an_update_is_without_its_surge() -> None:
    live = {"deployments.apps": [workload("Deployment", SMALL)], "pods": [pod("w-0", SMALL), pod("w-1", SMALL)]}
    change = Change([("deployments.apps", workload("Deployment", LARGE))])
    line = line_of(assessed(change, {"requests.cpu": "4"}, {"requests.cpu": "200m"}, live), "requests.cpu")
    assert (line.after, line.peak) == (whole(2), whole(19) // 10) and line.verdict is Verdict.FITS
    line = line_of(assessed(change, {"pods": "2"}, {"pods": "2"}, live), "pods")
    assert (line.after, line.peak) == (whole(2), whole(1)) and line.verdict is Verdict.EXCEEDS


def test_the_pods_of_a_job_that_runs_are_its_own() -> None:
    job = {"kind": "Job", "metadata": {"name": "w"}, "spec": {"parallelism": 2, "template": {"spec": SMALL}}}
    pods = [pod(f"w-{number}", SMALL, **{"batch.kubernetes.io/job-name": "w"}) for number in range(2)]
    live = {"jobs.batch": [job], "pods": pods}
    assert line_of(assessed(Change([("jobs.batch", job)]), {"pods": "2"}, {"pods": "2"}, live), "pods").after == whole(
        2
    )
    done = {"jobs.batch": [{**job, "status": {"conditions": [{"type": "Complete", "status": "True"}]}}]}
    assert line_of(assessed(Change([("jobs.batch", job)]), {"pods": "2"}, {}, done), "pods").after == 0


def test_a_claim_that_is_there_keeps_its_class() -> None:
    spec = {"resources": {"requests": {"storage": "1Gi"}}}
    live: Json = {
        "kind": "PersistentVolumeClaim",
        "metadata": {"name": "c"},
        "spec": {**spec, "storageClassName": "old"},
    }
    key = "new.storageclass.storage.k8s.io/persistentvolumeclaims"
    state = NamespaceState(
        {"persistentvolumeclaims": [live], "resourcequotas": [quota({key: "0"})]}, storage_class="new"
    )
    wanted = {"kind": "PersistentVolumeClaim", "metadata": {"name": "c"}, "spec": spec}
    assert assess(Change([("persistentvolumeclaims", wanted)]), state).report.verdict is Verdict.FITS


@pytest.mark.parametrize("replicas", [0, 1])
def test_a_template_is_looked_at_whatever_the_replicas(replicas: int) -> None:
    change = Change([("statefulsets.apps", workload("StatefulSet", GPU, replicas))])
    assert assessed(change, {"pods": "9"}, {}, {}).report.verdict is Verdict.INVALID
    server = Change(tenant=tenant_of({"metadata": {"name": "s"}, "spec": {"replicas": replicas}}, GPU))
    assert assessed(server, {"pods": "9"}, {}, {}).report.verdict is Verdict.INVALID


def test_what_limit_ranges_say_of_pods_that_may_come_is_a_note() -> None:
    server = Change(tenant=tenant_of({"metadata": {"name": "s"}, "spec": {"replicas": 0, "maxReplicas": 1}}, LARGE))
    assessment = assessed(server, {"pods": "9"}, {}, {}, limit_range({"type": "Container", "max": {"cpu": "500m"}}))
    assert assessment.report.verdict is Verdict.FITS_NOW_NOT_AT_MAX
    assert any("LimitRange limits demands at most 500m" in note.message for note in assessment.report.notes)


@pytest.mark.parametrize(
    ("live", "desired", "same"),
    [
        ({"cpu": "100m"}, {"cpu": "0.1"}, True),
        ({"memory": "1Gi"}, {"memory": 1073741824}, True),
        ({"cpu": "100m"}, {"cpu": "0.2"}, False),
        ({"cpu": "100m", "memory": "1Gi"}, {"cpu": "100m"}, False),
        ({"cpu": "many"}, {"cpu": "more"}, False),
    ],
)
def test_quantities_are_equal_whatever_their_form(live: Json, desired: Json, same: bool) -> None:
    templates = (
        {"spec": {"containers": [{"name": "a", "resources": {"requests": amounts}}]}} for amounts in (live, desired)
    )
    assert same_template(*templates) is same


def test_defaults_and_empty_fields_make_no_difference() -> None:
    live = {"spec": {"containers": [{"name": "a", "imagePullPolicy": "Always"}], "dnsPolicy": "ClusterFirst"}}
    assert same_template(
        live,
        {"spec": {"containers": [{"name": "a", "env": [], "command": None}], "hostNetwork": False, "affinity": {}}},
    )
    assert not same_template(live, {"spec": {"containers": [{"name": "a"}, {"name": "b"}]}})
    assert not same_template(live, {"spec": {"containers": [{"name": "a", "tty": True}]}})


@pytest.mark.parametrize(
    ("limits", "expected"),
    [([], {"services"}), ([DEFAULTS], {"services", "pods", "persistentvolumeclaims", "storageclasses.storage.k8s.io"})],
)
def test_what_limit_ranges_look_at_is_read_whatever_the_quotas_count(limits: list[Json], expected: set[str]) -> None:
    asked: set[str] = set()

    class Client:
        def list(self, resource: Resource, _namespace: str | None = None) -> list[Json]:
            asked.add(resource.group_resource)
            return {"resourcequotas": [quota({"services": "9"})], "limitranges": limits}.get(resource.plural, [])

    discovery = Discovery([POD, PERSISTENT_VOLUME_CLAIM, SERVICE])
    with ThreadPoolExecutor() as executor:
        read_state(cast(KubeClient, Client()), "n", True, Change(), discovery, executor)
    assert asked == {*expected, "resourcequotas", "limitranges"}


def test_live_workloads_are_read_where_pods_are_counted() -> None:
    discovery = Discovery([POD, DEPLOYMENT, STATEFUL_SET])
    assert needed(["requests.cpu"], {"statefulsets.apps"}, discovery) == [POD, STATEFUL_SET]
    assert needed(["configmaps"], {"statefulsets.apps"}, discovery) == []


@pytest.mark.parametrize(
    ("hard", "expected"), [("2", Verdict.EXCEEDS), ("2499m", Verdict.EXCEEDS), ("2500m", Verdict.FITS)]
)
def test_pods_that_are_made_anew_under_a_quota_that_is_exceeded_wait_for_the_first_one(
    hard: str, expected: Verdict
) -> None:
    """A StatefulSet deletes one pod and creates its successor, which has to fit with the others, even if it is small."""
    large, small = ({"containers": [container("a", {"cpu": cpu})]} for cpu in ("1", "500m"))
    live = {
        "statefulsets.apps": [workload("StatefulSet", large, 3)],
        "pods": [pod(f"w-{number}", large) for number in range(3)],
    }
    change = Change([("statefulsets.apps", workload("StatefulSet", small, 3))])
    assert assessed(change, {"requests.cpu": hard}, {"requests.cpu": "3"}, live).report.verdict is expected


def test_what_others_give_back_does_not_help_where_too_much_is_left() -> None:
    live = {
        "statefulsets.apps": [workload("StatefulSet", SMALL, 5)],
        "pods": [pod(f"w-{number}", SMALL) for number in range(5)],
    }
    fewer, new = ("statefulsets.apps", workload("StatefulSet", SMALL, 3)), ("pods", pod("new", SMALL, app="new"))
    assert assessed(Change([fewer, new]), {"pods": "3"}, {"pods": "5"}, live).report.verdict is Verdict.EXCEEDS
    assert assessed(Change([fewer, new]), {"pods": "4"}, {"pods": "5"}, live).report.verdict is Verdict.FITS
    assert assessed(Change([fewer]), {"pods": "1"}, {"pods": "5"}, live).report.verdict is Verdict.FITS


@pytest.mark.parametrize(
    ("requests", "limits"),
    [
        ({"cpu": "1", "hugepages-2Mi": "2Mi"}, {"cpu": "1", "hugepages-2Mi": "4Mi"}),
        ({"hugepages-2Mi": "4Mi"}, {"hugepages-2Mi": "4Mi"}),
        ({"nvidia.com/gpu": "500m"}, {"nvidia.com/gpu": "500m"}),
        ({"gpu": "1"}, {}),
    ],
)
def test_resources_that_no_container_can_have(requests: Json, limits: Json) -> None:
    wrong = pod("p", {"containers": [container("a", requests, limits)]})
    assert assessed(Change([("pods", wrong)]), {"pods": "9"}, {}, {}).report.verdict is Verdict.INVALID


@pytest.mark.parametrize(
    "spec",
    [
        {"hard": {"storage": "1"}},
        {"hard": {"pods": "1.5"}},
        {"hard": {"hugepages-2Mi": "1Gi"}, "scopes": ["NotTerminating"]},
        {"hard": {"requests.hugepages-2Mi": "1Gi"}, "scopes": ["NotBestEffort"]},
    ],
)
def test_quotas_that_the_api_server_does_not_take(spec: Json) -> None:
    wrong = {"kind": "ResourceQuota", "metadata": {"name": "new"}, "spec": spec}
    assert assessed(Change([("resourcequotas", wrong)]), {"pods": "9"}, {}, {}).report.verdict is Verdict.INVALID


@pytest.mark.parametrize(
    "limits",
    [
        [{"type": "Container", "default": {"cpu": "2"}, "max": {"cpu": "1"}}],
        [{"type": "Container", "maxLimitRequestRatio": {"cpu": "0.5"}}],
        [{"type": "Pod", "default": {"cpu": "1"}}],
        [{"type": "PersistentVolumeClaim"}],
        [{"type": "Container", "max": {"cpu": "1"}}, {"type": "Container", "min": {"cpu": "1m"}}],
    ],
)
def test_limit_ranges_that_the_api_server_does_not_take(limits: list[Json]) -> None:
    assert (
        assessed(Change([("limitranges", limit_range(*limits))]), {"pods": "9"}, {}, {}).report.verdict
        is Verdict.INVALID
    )


def test_what_a_pod_requests_as_a_whole_comes_after_the_limit_ranges() -> None:
    rule = {"type": "Container", "default": {"cpu": "1", "memory": "1Gi"}, "defaultRequest": {"cpu": "100m"}}
    spec = {
        "resources": {"requests": {"cpu": "1"}, "limits": {"cpu": "2", "memory": "4Gi"}},
        "containers": [container("a"), container("b", {"memory": "1Gi"})],
    }
    assessment = assessed(Change([("pods", pod("p", spec))]), {"requests.memory": "9Gi"}, {}, {}, limit_range(rule))
    assert assessment.report.verdict is Verdict.FITS and line_of(assessment, "requests.memory").after == whole(
        2 * 2**30
    )


@pytest.mark.parametrize(("replicas", "expected"), [(1, Verdict.FITS), (2, Verdict.INVALID)])
def test_claims_that_are_there_are_not_measured_again(replicas: int, expected: Verdict) -> None:
    template = {"metadata": {"name": "data"}, "spec": {"resources": {"requests": {"storage": "10Gi"}}}}
    wanted = workload("StatefulSet", SMALL, replicas, volumeClaimTemplates=[template])
    live = {
        "statefulsets.apps": [wanted],
        "pods": [pod("w-0", SMALL)],
        "persistentvolumeclaims": [{"metadata": {"name": "data-w-0"}}],
    }
    rule = limit_range({"type": "PersistentVolumeClaim", "max": {"storage": "5Gi"}})
    assert assessed(Change([("statefulsets.apps", wanted)]), {"pods": "9"}, {}, live, rule).report.verdict is expected
