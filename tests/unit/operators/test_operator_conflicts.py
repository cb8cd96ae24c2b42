# SPDX-License-Identifier: GPL-3.0-or-later
"""From a snapshot of the cluster to the verdict on its operators."""

from __future__ import annotations

import json
from typing import Any

import pytest
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.diagnosis.diagnostic import Severity
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.kube.container_text import Text
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.operator_info.report import as_data
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.operators.conflict import Conflict
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.operators.judgement import (
    Judgement,
    State,
    Tenant,
    Verdict,
    judge,
)
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.operators.record import (
    find_operators,
    operators_perhaps_watching,
    operators_watching,
)

from tests.unit.operators.cluster import (
    FIELD_REF,
    account,
    central,
    cluster_role,
    cluster_role_binding,
    dedicated,
    deployment,
    everyone_may_everything,
    rbac,
    role,
    role_binding,
    rules,
    snapshot,
    tenant_permissions,
)

FROM_CONFIG_MAP = {"valueFrom": {"configMapKeyRef": {"name": "cm", "key": "k"}}}


def kinds(judgement: Judgement) -> dict[str, Severity]:
    return {conflict.diagnostic.code: conflict.diagnostic.severity for conflict in judgement.conflicts}


def only_conflict(judgement: Judgement, kind: str) -> Conflict:
    found = [conflict for conflict in judgement.conflicts if conflict.diagnostic.code == kind]
    assert len(found) == 1, kinds(judgement)
    return found[0]


def relevant_conflicts(judgement: Judgement) -> dict[str, Severity]:
    """Conflicts and severities, without those for the excess permissions of everyone_may_everything."""
    return {kind: severity for kind, severity in kinds(judgement).items() if kind != "excess_rights"}


def test_a_dedicated_operator_with_its_permissions_only_is_ok() -> None:
    found = judge(snapshot([dedicated("t1")], tenants=["t1"], permissions=tenant_permissions("t1")))
    assert (found.verdict, list(found.conflicts)) == (Verdict.OK, [])
    assert found.tenants == [Tenant("t1", State.WATCHED, ("seldon-system/operator-t1",), "t1")]


def test_one_central_operator_for_all_is_ok() -> None:
    found = judge(snapshot([central()], tenants=["t1", "t2"]))
    assert (found.verdict, list(found.conflicts)) == (Verdict.OK, [])
    assert [tenant.lookup_namespace for tenant in found.tenants] == ["seldon-system", "seldon-system"]


def test_a_central_and_a_dedicated_operator_fight_over_the_tenant() -> None:
    found = judge(snapshot([central(), dedicated("t1")], tenants=["t1", "t2"]))
    conflict = only_conflict(found, "watched_twice")
    assert conflict.diagnostic.severity is Severity.ERROR and conflict.namespaces == ("t1",)
    assert conflict.operators == ("seldon-system/central", "seldon-system/operator-t1")
    assert {tenant.namespace: tenant.state for tenant in found.tenants} == {"t1": State.CONTESTED, "t2": State.WATCHED}
    assert found.verdict is Verdict.CONFLICT


def test_two_operators_of_every_namespace_are_one_finding() -> None:
    found = judge(snapshot([central(), central("other", namespace="elsewhere")], tenants=["t1", "t2"]))
    assert str(only_conflict(found, "watched_twice").diagnostic.subject) == "every Namespace"


def test_an_overlap_outside_of_the_tenants_is_found_too() -> None:
    limited = central("other", "--watch-namespaces=t2", namespace="t1")
    found = judge(snapshot([dedicated("t2"), limited], tenants=[]))
    assert only_conflict(found, "watched_twice").namespaces == ("t2",)


def test_disjoint_watch_sets_are_no_conflict() -> None:
    assert (
        relevant_conflicts(
            judge(snapshot([central("c", "--watch-namespaces=t2"), dedicated("t1")], tenants=["t1", "t2"]))
        )
        == {}
    )


@pytest.mark.parametrize(("replicas", "ready"), [(0, 0), (1, 0), (0, 1)])
def test_what_does_not_run_neither_conflicts_nor_serves(replicas: int, ready: int) -> None:
    idle = dedicated("t1", replicas=replicas, ready=ready)
    assert "watched_twice" not in kinds(judge(snapshot([central(), idle], tenants=["t1"])))
    found = judge(snapshot([idle], tenants=["t1"]))
    assert kinds(found)["not_running"] is (Severity.ERROR if replicas else Severity.WARNING)
    assert (
        "seldon-system/operator-t1 would, but has no ready pod" in only_conflict(found, "unwatched").diagnostic.message
    )
    assert found.tenants[0].state is State.UNWATCHED
    assert found.operators is not None and not found.operators[0].running


def test_tenants_that_nobody_watches() -> None:
    found = judge(snapshot([dedicated("t1")], tenants=["t1", "t2"], permissions=tenant_permissions("t1")))
    assert only_conflict(found, "unwatched").namespaces == ("t2",)
    assert kinds(judge(snapshot([], tenants=["t1"]))) == {"unwatched": Severity.ERROR}


def test_twins_share_a_lease() -> None:
    elect = ["--leader-elect"]
    twins = [dedicated("t1"), dedicated("t2")]
    for twin in twins:
        twin["spec"]["template"]["spec"]["containers"][0]["args"] += elect
    found = judge(snapshot(twins, tenants=["t1", "t2"]))
    assert only_conflict(found, "leader_election_twins").operators == (
        "seldon-system/operator-t1",
        "seldon-system/operator-t2",
    )
    assert "watched_twice" not in kinds(found)
    assert "leader_election_twins" not in kinds(judge(snapshot([twins[0], dedicated("t2")])))
    twins[1]["status"]["readyReplicas"] = 0
    assert "leader_election_twins" not in kinds(judge(snapshot(twins)))
    twins[1]["status"]["readyReplicas"] = 1
    twins[1]["metadata"]["namespace"] = "elsewhere"
    assert "leader_election_twins" not in kinds(judge(snapshot(twins)))


def test_operators_that_share_lease_and_namespace_do_not_fight_but_are_wrong() -> None:
    found = judge(snapshot([central("a", "--leader-elect"), central("b", "--leader-elect")]))
    assert "share one lease" in only_conflict(found, "watched_twice").diagnostic.message


def test_replicas_need_a_leader() -> None:
    assert "replicas_without_leader_election" in kinds(judge(snapshot([central(replicas=2)])))
    assert relevant_conflicts(judge(snapshot([central("c", "--leader-elect", replicas=2)]))) == {}


@pytest.mark.parametrize(
    ("env", "kind", "severity"),
    [
        ([FIELD_REF], "lookup_outside_watch_set", Severity.ERROR),
        ([], "lookup_outside_watch_set", Severity.ERROR),
        ([{"name": "POD_NAMESPACE", "value": ""}], "lookup_namespace_empty", Severity.ERROR),
        ([{"name": "POD_NAMESPACE", **FROM_CONFIG_MAP}], "settings_unknown", Severity.UNKNOWN),
        (
            [{"name": "POD_NAMESPACE", "valueFrom": {"fieldRef": {"fieldPath": "metadata.name"}}}],
            "settings_unknown",
            Severity.UNKNOWN,
        ),
    ],
)
def test_lookup_namespaces_that_cannot_work(env: list[dict[str, Any]], kind: str, severity: Severity) -> None:
    found = judge(snapshot([deployment("op", ["--namespace=t1"], env=env)], tenants=["t1"]))
    assert relevant_conflicts(found) == {kind: severity}


def test_without_pod_namespace_it_is_seldon_mesh() -> None:
    operator = find_operators([deployment("op", ["--clusterwide"], env=[])], everyone_may_everything())[0]
    assert operator.lookup_namespace == Text("seldon-mesh")
    assert only_conflict(judge(snapshot([deployment("op", ["--clusterwide"], env=[])])), "lookup_namespace_absent")


def test_flags_that_end_the_process() -> None:
    wrong = deployment("op", ["--namespace=t1", "--clusterwide=yes"], ready=0)
    found = judge(snapshot([wrong], tenants=["t1"]))
    assert 'invalid boolean value "yes" for --clusterwide' in only_conflict(found, "invalid_flags").diagnostic.message
    assert relevant_conflicts(found) == {"invalid_flags": Severity.ERROR, "unwatched": Severity.ERROR}


def test_a_pod_that_still_runs_with_older_flags_leaves_the_tenant_unknown() -> None:
    wrong = deployment("op", ["--namespace=t1", "--clusterwide=yes"], ready=1)
    found = judge(snapshot([wrong], tenants=["t1"]))
    assert (
        only_conflict(found, "unwatched").diagnostic.severity is Severity.UNKNOWN
        and found.tenants[0].state is State.UNKNOWN
    )


def test_unknown_settings_are_never_ok() -> None:
    vague = deployment("op", ["--clusterwide=$(C)"], env=[FIELD_REF, {"name": "C", **FROM_CONFIG_MAP}])
    found = judge(snapshot([vague], tenants=["t1"]))
    assert found.verdict is Verdict.UNKNOWN
    assert kinds(found) == {"settings_unknown": Severity.UNKNOWN, "unwatched": Severity.UNKNOWN}
    operators = found.operators or []
    assert operators_watching(operators, "t1") == [] and operators_perhaps_watching(operators, "t1") == list(operators)
    election = judge(snapshot([central("c", "--leader-elect=$(C)", env=[FIELD_REF, {"name": "C", **FROM_CONFIG_MAP}])]))
    assert (
        election.verdict is Verdict.UNKNOWN
        and "--leader-elect" in only_conflict(election, "settings_unknown").diagnostic.message
    )


def test_another_command_is_not_read_as_the_operators() -> None:
    found = judge(
        snapshot([deployment("op", ["--namespace=t1"], command=["sh", "-c", "/manager --clusterwide"])], tenants=["t1"])
    )
    assert (
        found.verdict is Verdict.UNKNOWN
        and "the container runs sh" in only_conflict(found, "settings_unknown").diagnostic.message
    )
    inline = deployment(
        "op", [], env=[{"name": "POD_NAMESPACE", "value": "t1"}], command=["/manager", "--namespace=t1"]
    )
    assert relevant_conflicts(judge(snapshot([inline], tenants=["t1"]))) == {}


def test_settings_that_do_not_do_what_they_seem_to() -> None:
    ignored = deployment(
        "op", ["--namespace=t1", "--watch-namespaces=t2"], env=[{"name": "POD_NAMESPACE", "value": "t1"}]
    )
    assert relevant_conflicts(judge(snapshot([ignored]))) == {"watch_set_not_as_asked": Severity.WARNING}
    assert judge(snapshot([ignored])).verdict is Verdict.OK
    unbounded = deployment("op", ["--clusterwide", "--watch-namespaces=t2"])
    assert relevant_conflicts(judge(snapshot([unbounded]))) == {"watch_set_not_as_asked": Severity.WARNING}


def test_a_rollout_under_way_is_unknown() -> None:
    changed = central()
    changed["metadata"]["generation"] = 4
    assert relevant_conflicts(judge(snapshot([changed]))) == {"rolling_out": Severity.UNKNOWN}


def test_namespaces_that_are_gone() -> None:
    found = judge(snapshot([dedicated("t1")], namespaces=["seldon-system"]))
    assert relevant_conflicts(found) == {
        "watched_namespace_absent": Severity.WARNING,
        "lookup_namespace_absent": Severity.ERROR,
    }


def test_missing_and_excess_permissions() -> None:
    found = judge(snapshot([dedicated("t1")], tenants=["t1"], permissions=rbac()))
    assert (
        "runs as ServiceAccount seldon-system/operator-t1, which lacks permissions"
        in only_conflict(found, "missing_rights").diagnostic.message
    )
    excess = judge(snapshot([dedicated("t1")], tenants=["t1"]))
    assert kinds(excess) == {"excess_rights": Severity.WARNING} and excess.verdict is Verdict.OK
    assert kinds(judge(snapshot([dedicated("t1")], permissions=rbac(None)))) == {"rights_unknown": Severity.UNKNOWN}
    electing = dedicated("t1")
    electing["spec"]["template"]["spec"]["containers"][0]["args"].append("--leader-elect")
    lease = only_conflict(judge(snapshot([electing], permissions=tenant_permissions("t1"))), "missing_rights")
    assert "in seldon-system: create, get, update leases" in lease.diagnostic.message


def test_refused_reads_are_never_ok() -> None:
    refused = ("deployments could not be listed: no",)
    found = judge(snapshot(None, tenants=["t1"], refused=refused))
    assert found.verdict is Verdict.UNKNOWN and found.tenants[0].state is State.UNKNOWN
    assert kinds(found) == {"read_refused": Severity.UNKNOWN}
    partly = judge(
        snapshot([dedicated("t1")], permissions=tenant_permissions("t1"), refused=("servers could not be listed: no",))
    )
    assert partly.verdict is Verdict.UNKNOWN


def test_the_question_can_be_limited() -> None:
    everyone = [dedicated("t1"), dedicated("t2"), central("c", "--watch-namespaces=t2")]
    found = judge(snapshot(everyone, permissions=tenant_permissions("t1")), only=["t1"])
    assert [operator.name for operator in found.operators or []] == ["operator-t1"]
    assert (found.verdict, [tenant.namespace for tenant in found.tenants]) == (Verdict.OK, ["t1"])
    assert "watched_twice" in kinds(judge(snapshot(everyone), only=["t2"]))
    both = [central("c", "--watch-namespaces=t1,t2"), dedicated("t2")]
    assert "watched_twice" not in kinds(judge(snapshot(both), only=["t1"]))


def test_a_namespace_that_does_not_exist_is_suggested() -> None:
    found = judge(snapshot([central()], namespaces=["fraud-detection", "seldon-system"]), only=["fraud-detecton"])
    assert (
        only_conflict(found, "namespace_absent").diagnostic.message == "does not exist; did you mean fraud-detection?"
    )
    assert found.verdict is Verdict.CONFLICT


def test_operators_are_found_by_label_or_image() -> None:
    patched = deployment("patched", ["--clusterwide"], image="example/patched:1")
    patched["metadata"]["labels"] = {"control-plane": "v2-controller-manager"}
    other = deployment("web", [], image="example/web:1")
    sidecar = deployment("with-sidecar", ["--namespace=t1"])
    sidecar["spec"]["template"]["spec"]["containers"].insert(
        0, {"name": "proxy", "image": "example/proxy:1", "args": ["--clusterwide"]}
    )
    found = find_operators([sidecar, other, patched], rbac())
    assert [operator.name for operator in found] == ["patched", "with-sidecar"]
    assert found[0].version is None and found[1].watch.namespaces == ("t1",)


def test_the_report_is_json_with_words() -> None:
    found = as_data(judge(snapshot([central(), dedicated("t1")], tenants=["t1"])))
    assert json.loads(json.dumps(found)) == found
    assert "verdict: conflict" in found["text"] and "Namespace t1 is watched by 2 operators" in found["text"]
    assert all(conflict["next_step"] and conflict["object"] for conflict in found["conflicts"])


def test_the_charts_operator_with_its_own_permissions() -> None:
    """The central operator limited by --watch-namespaces still has cluster-wide permissions."""
    chart = rbac(
        [role("seldon-system", "m", rules())],
        [role_binding("seldon-system", "m", "Role", "m", account("seldon-system", "central"))],
        [cluster_role("m", rules())],
        [cluster_role_binding("m", "m", account("seldon-system", "central"))],
    )
    found = judge(snapshot([central("central", "--watch-namespaces=t1")], tenants=["t1"], permissions=chart))
    assert kinds(found) == {"excess_rights": Severity.WARNING}
    assert "secrets (ClusterRoleBinding m)" in only_conflict(found, "excess_rights").diagnostic.message
