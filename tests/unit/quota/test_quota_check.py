# SPDX-License-Identifier: GPL-3.0-or-later
"""Verdicts of the complete check."""

from __future__ import annotations

from dataclasses import replace

import pytest
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.diagnosis.subject import Subject
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.kube.amounts import whole
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.quota.check import check
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.quota.demand import (
    Demand,
    PerReplica,
    Rolling,
    Surge,
    Times,
)
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.quota.object_usage import Admission, counted
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.quota.report import Report, Verdict
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.quota.resource_quota import (
    live_quota,
    planned_quota,
    revised_quota,
)
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.quota.workloads import (
    Before,
    object_demand,
    workload_demand,
)
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.unit.quota.builders import BARE, Json, charge, claim, container, quota

CPU = {"containers": [container("a", {"cpu": "1"})]}


def pods(
    number: int = 1, at_max: int | None = None, subject: Subject = Subject("ReplicaSet", "r"), spec: Json = CPU
) -> Demand:
    return Demand(subject, number, number if at_max is None else at_max, pod=charge(spec))


def service(spec: Json, before: Before = Before()) -> Demand:
    return object_demand(Subject("Service", "s"), {"spec": spec}, "services", BARE, before)


def verdict(hard: Json, used: Json, *demands: Demand) -> Verdict:
    return check([live_quota(quota(hard, used))], demands).verdict


def failing(report: Report) -> list[tuple[str, str]]:
    """Every key that is exceeded, now or at most."""
    exceeded = (Verdict.EXCEEDS, Verdict.FITS_NOW_NOT_AT_MAX)
    return [(line.quota, line.key) for line in report.lines if line.verdict in exceeded]


def test_all_failing_quotas_are_named_not_only_the_first_A01() -> None:
    quotas = [
        live_quota(quota({key: "0", "services": "0"}, name=name))
        for name, key in (("a", "pods"), ("b", "requests.cpu"), ("c", "count/pods"))
    ]
    assert failing(check(quotas, [pods()])) == [("a", "pods"), ("b", "requests.cpu"), ("c", "count/pods")]


def test_a_key_that_is_exceeded_already_refuses_nothing_else_A02() -> None:
    report = check([live_quota(quota({"configmaps": "0", "pods": "5"}, {"configmaps": "2"}))], [pods()])
    assert report.verdict is Verdict.FITS
    assert (
        report.lines[0].headroom == whole(-2)
        and report.lines[0].verdict is Verdict.FITS
        and not report.lines[0].touched
    )


def test_a_pod_that_asks_for_nothing_A03() -> None:
    assert (
        verdict({"requests.cpu": "1"}, {"requests.cpu": "1"}, pods(spec={"containers": [container("a", {"cpu": "0"})]}))
        is Verdict.FITS
    )


def test_a_quota_lowered_below_its_use_blocks_what_is_new_A04() -> None:
    hard, used = {"pods": "2"}, {"pods": "3"}
    assert verdict(hard, used, pods()) is Verdict.EXCEEDS
    assert verdict(hard, used, replace(pods(), kept=(charge(CPU),), held=(Times(charge(CPU)),))) is Verdict.FITS
    assert verdict(hard, used, replace(pods(), held=(Times(charge(CPU)),))) is Verdict.EXCEEDS


def test_a_workload_over_quota_is_refused_although_the_api_server_takes_it_A06() -> None:
    obj = {"kind": "StatefulSet", "metadata": {"name": "w"}, "spec": {"replicas": 2, "template": {"spec": CPU}}}
    demand = workload_demand(obj, BARE)
    assert demand and verdict({"requests.cpu": "1"}, {}, demand) is Verdict.EXCEEDS


def test_the_first_replica_that_fails_and_the_most_that_fit_A07_A11() -> None:
    [fit] = check([live_quota(quota({"pods": "10", "requests.cpu": "20"}, {"pods": "3"}))], [pods(60)]).fits
    assert (fit.largest, fit.first_refused) == (7, 7)
    [fit] = check([live_quota(quota({"pods": "10"}))], [pods(10)]).fits
    assert (fit.largest, fit.first_refused) == (10, None)
    [fit] = check([live_quota(quota({"configmaps": "10"}))], [pods(10)]).fits
    assert (fit.largest, fit.first_refused) == (None, None)


@pytest.mark.parametrize(
    "status", [None, {}, "nonsense", {"hard": {"pods": "9"}, "used": {"pods": "0"}}, {"hard": {"pods": "10"}}]
)
def test_a_quota_that_is_not_counted_is_never_said_to_fit_A08(status: object) -> None:
    live = {**quota({"pods": "10"}), "status": status}
    report = check([live_quota(live)], [pods()])
    assert report.verdict is Verdict.UNKNOWN and str(report.unknown[0].subject) == "ResourceQuota q"
    assert check([live_quota(live)], [service({})]).verdict is Verdict.FITS


def test_an_update_needs_room_for_its_surge_A09() -> None:
    obj = {"kind": "Deployment", "metadata": {"name": "w"}, "spec": {"replicas": 3, "template": {"spec": CPU}}}
    demand = workload_demand(obj, BARE, Before((charge(CPU),) * 3, rolls=True))
    assert demand and verdict({"pods": "3"}, {"pods": "3"}, demand) is Verdict.EXCEEDS
    assert verdict({"pods": "4"}, {"pods": "3"}, demand) is Verdict.FITS


def test_a_kind_that_the_cluster_does_not_count_A10() -> None:
    live = quota({"count/models.mlops.seldon.io": "5", "pods": "1"})
    del live["status"]["used"]["count/models.mlops.seldon.io"]
    model = object_demand(Subject("Model", "m"), {}, "models.mlops.seldon.io", BARE)
    assert check([live_quota(live)], [model]).verdict is Verdict.UNKNOWN
    assert check([live_quota(live)], [pods()]).verdict is Verdict.FITS


def test_node_ports_refuse_a_load_balancer_S01() -> None:
    report = check(
        [live_quota(quota({"services.loadbalancers": 2, "services.nodeports": 0}))],
        [service({"type": "LoadBalancer", "ports": [{}]})],
    )
    assert failing(report) == [("q", "services.nodeports")]


def test_a_service_that_becomes_a_load_balancer_S03() -> None:
    ports = [{"port": 1}, {"port": 2}]
    before = service({"ports": ports}).fixed[0].charge
    change = service({"type": "LoadBalancer", "ports": ports}, Before((before,)))
    report = check(
        [live_quota(quota({"services.nodeports": 3, "services": 1}, {"services.nodeports": 2, "services": 1}))],
        [change],
    )
    assert failing(report) == [("q", "services.nodeports")] and report.lines[0].delta == whole(2)


def test_claims_by_class_V03_V04_V06() -> None:
    def asked(size: str, storage_class: str, before: Before = Before()) -> Demand:
        return object_demand(
            Subject("claim", "c"), {"spec": claim(size, storage_class)}, "persistentvolumeclaims", BARE, before
        )

    bronze = {"bronze.storageclass.storage.k8s.io/persistentvolumeclaims": "0", "persistentvolumeclaims": "9"}
    assert failing(check([live_quota(quota(bronze))], [asked("1Gi", "bronze")])) == [
        ("q", "bronze.storageclass.storage.k8s.io/persistentvolumeclaims")
    ]
    gold = quota(
        {"gold.storageclass.storage.k8s.io/requests.storage": "3Gi"},
        {"gold.storageclass.storage.k8s.io/requests.storage": "1Gi"},
    )
    assert check([live_quota(gold)], [asked("2500Mi", "gold")]).verdict is Verdict.EXCEEDS
    expansion = asked("2Gi", "gold", Before((asked("1Gi", "gold").fixed[0].charge,)))
    [line] = check([live_quota(gold)], [expansion]).lines
    assert line.delta == whole(2**30) and line.verdict is Verdict.FITS and line.text(line.hard) == "3Gi"


def test_a_default_class_that_is_not_known() -> None:
    demand = object_demand(
        Subject("claim", "c"), {"spec": claim("1Gi")}, "persistentvolumeclaims", Admission(storage_class=None)
    )
    assert verdict({"gold.storageclass.storage.k8s.io/requests.storage": "3Gi"}, {}, demand) is Verdict.UNKNOWN
    assert verdict({"requests.storage": "3Gi"}, {}, demand) is Verdict.FITS


def test_a_dead_key_is_never_said_to_fit_F8() -> None:
    gpu = {"containers": [container("a", {"nvidia.com/gpu": 1}, {"nvidia.com/gpu": 1})]}
    assert verdict({"nvidia.com/gpu": "4"}, {}, pods(spec=gpu)) is Verdict.UNKNOWN
    assert verdict({"nvidia.com/gpu": "4", "pods": 1}, {}, pods()) is Verdict.FITS


def test_now_and_at_most() -> None:
    hard = {"pods": "3", "requests.cpu": "5"}
    report = check([live_quota(quota(hard))], [pods(2, 4)])
    assert report.verdict is Verdict.FITS_NOW_NOT_AT_MAX and failing(report) == [("q", "pods")]
    assert (report.fits[0].largest, report.fits[0].first_refused) == (3, 3)
    without_bound = replace(pods(2), replicas_at_max=None)
    report = check([live_quota(quota(hard))], [without_bound])
    assert report.verdict is Verdict.FITS_NOW_NOT_AT_MAX and [line.delta_at_max for line in report.lines] == [
        None,
        None,
    ]
    assert check([live_quota(quota({"services": "0"}))], [without_bound]).verdict is Verdict.FITS


def test_demands_add_up_and_what_one_releases_another_may_have() -> None:
    gone = Demand(Subject("Server", "old"), held=(Times(charge(CPU), 2),))
    assert verdict({"pods": "2"}, {"pods": "2"}, gone, pods(2)) is Verdict.FITS
    assert verdict({"pods": "2"}, {"pods": "2"}, gone, pods(3)) is Verdict.EXCEEDS


def test_amounts_that_are_not_known() -> None:
    daemon = workload_demand(
        {"kind": "DaemonSet", "metadata": {"name": "d"}, "spec": {"template": {"spec": CPU}}}, BARE
    )
    assert daemon and verdict({"services": "1"}, {}, daemon) is Verdict.UNKNOWN


def test_a_quota_to_come_counts_what_is_there() -> None:
    desired = {"metadata": {"name": "q"}, "spec": {"hard": {"pods": "2"}}}
    assert check([planned_quota(desired)], [pods(2)]).verdict is Verdict.FITS
    assert check([planned_quota(desired, [charge(CPU)])], [pods(2)]).verdict is Verdict.EXCEEDS


def test_a_quota_that_changes_keeps_its_count() -> None:
    live = quota({"pods": "2"}, {"pods": "2"})
    desired = {"metadata": {"name": "q"}, "spec": {"hard": {"pods": "4", "services": "2"}}}
    assert check([revised_quota(live, desired)], [pods(2)]).verdict is Verdict.FITS
    assert check([revised_quota(live, desired)], [service({})]).verdict is Verdict.UNKNOWN
    assert check([revised_quota(live, desired, [counted("services")])], [service({})]).verdict is Verdict.FITS


def test_no_quota_fits_everything() -> None:
    assert (
        check([], [pods(1000)]).verdict is Verdict.FITS
        and check([live_quota(quota({"pods": 1}))], []).verdict is Verdict.FITS
    )


def test_what_is_invalid_is_said_with_its_subject() -> None:
    report = check(
        [live_quota(quota({"limits.cpu": "9"}, name="team-quota"))], [pods(subject=Subject("Server", "mlserver"))]
    )
    assert report.verdict is Verdict.INVALID
    assert [(str(entry.subject), entry.message) for entry in report.invalid] == [
        ("Server mlserver", "failed quota: team-quota: must specify limits.cpu for: a")
    ]
    assert check([live_quota(quota({"limits.cpu": "9"}))], [pods(0)]).verdict is Verdict.FITS


SMALL = st.integers(0, 6)


@st.composite
def demands(draw: st.DrawFn) -> Demand:
    spec = {"containers": [container("a", {"cpu": draw(SMALL), "memory": draw(SMALL)})]}
    old = charge({"containers": [container("a", {"cpu": draw(SMALL), "memory": draw(SMALL)})]})
    count = draw(SMALL)
    rolling = (
        Rolling(old, count, Surge(draw(st.integers(0, 2)), draw(st.sampled_from([0, 25, 100]))))
        if draw(st.booleans())
        else None
    )
    existing = tuple(sorted(draw(st.sets(st.integers(0, 8), max_size=4))))
    each = (PerReplica(counted("persistentvolumeclaims"), existing),) if draw(st.booleans()) else ()
    now = draw(SMALL)
    return Demand(
        Subject(name="d"),
        now,
        now + draw(SMALL),
        (Times(counted("statefulsets.apps")),),
        each,
        charge(spec),
        rolling,
        held=(Times(old, count),),
    )


HARD = st.fixed_dictionaries(
    {"pods": st.integers(0, 20), "requests.cpu": st.integers(0, 40), "memory": st.integers(0, 40)},
    optional={"persistentvolumeclaims": SMALL, "count/statefulsets.apps": st.integers(0, 3)},
)


@settings(deadline=None, max_examples=30)
@given(st.lists(demands(), min_size=1, max_size=3), HARD, st.integers(0, 4))
def test_the_largest_that_fits_is_that_of_brute_force(
    all_demands: list[Demand], hard: dict[str, int], used: int
) -> None:
    quotas = [live_quota(quota(hard, dict.fromkeys(hard, used)))]
    report = check(quotas, all_demands)
    for index, fit in enumerate(report.fits):

        def fits(replicas: int, index: int = index) -> bool:
            own = replace(all_demands[index], replicas=replicas, replicas_at_max=replicas)
            others = [other for position, other in enumerate(all_demands) if position != index]
            touched = {key for part in (own.each(), own.constant()) for key, amount in part.items() if amount}
            lines = check(quotas, [own, *others]).lines
            return all(line.verdict is not Verdict.EXCEEDS for line in lines if line.key in touched and line.peak > 0)

        expected = max((n for n in range(35) if fits(n)), default=0)
        assert fit.largest == expected


@given(demands(), st.integers(0, 15))
def test_more_replicas_never_take_less(demand: Demand, replicas: int) -> None:
    fewer, more = demand.taken(replicas), demand.taken(replicas + 1)
    assert all(more.get(key, 0) >= amount for key, amount in fewer.items())


@given(st.lists(demands(), max_size=3), HARD)
def test_the_order_of_demands_is_of_no_account(all_demands: list[Demand], hard: dict[str, int]) -> None:
    quotas = [live_quota(quota(hard))]
    assert check(quotas, all_demands).lines == check(quotas, all_demands[::-1]).lines
