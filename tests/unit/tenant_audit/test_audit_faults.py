# SPDX-License-Identifier: GPL-3.0-or-later
"""Every rule reports its fault, no unrelated rule reports it too, and a clean cluster has no finding."""

from __future__ import annotations

import pytest
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.tenant_audit.audit import Verdict
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.tenant_audit.catalogue import (
    OF_CLUSTER,
    RESERVED,
    RULES,
)
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.tenant_audit.metrics import State

from tests.unit.tenant_audit.cluster import OTHER, OWN, PLATFORM, clean
from tests.unit.tenant_audit.faults import FAULTS, Fault


def test_nothing_is_found_in_the_demo() -> None:
    found = clean().audit()
    assert found.findings == []
    assert (found.verdict, found.unread, found.unknown) == (Verdict.OK, {}, {})
    assert {metric.name: (metric.state, metric.value) for metric in found.metrics} == {
        "cross_namespace_dependencies": (State.MET, 0),
        "models_in_team_namespaces": (State.MET, 100),
        "permission_errors": (State.MET, 0),
        "highest_quota_utilisation": (State.MET, 20),
    }


@pytest.mark.parametrize("seeded", FAULTS, ids=lambda seeded: f"{seeded.rule} {seeded.what}")
def test_a_fault_is_found_by_its_rule_and_by_no_unrelated_one(seeded: Fault) -> None:
    cluster = clean()
    seeded.seed(cluster)
    found = cluster.audit()
    ids = {finding.rule.id for finding in found.findings}
    assert seeded.rule in ids
    assert ids - {seeded.rule, *seeded.also} == set(), [
        finding for finding in found.findings if finding.rule.id not in {seeded.rule, *seeded.also}
    ]
    assert {finding.tenant for finding in found.findings} <= {"", OWN, "gone"}
    assert all(finding.object and finding.evidence and finding.next_step for finding in found.findings)
    assert found.verdict is Verdict.FINDINGS


def test_every_rule_about_the_cluster_has_a_fault() -> None:
    assert {rule.id for rule in OF_CLUSTER} == {seeded.rule for seeded in FAULTS}
    assert set(RULES) - {rule.id for rule in OF_CLUSTER} == {"TA001", "TA002"}


def test_an_id_is_of_one_rule_and_a_reserved_one_of_none() -> None:
    assert len(OF_CLUSTER) + 2 == len(RULES)
    assert not RESERVED.keys() & RULES.keys()


def test_a_config_with_a_dot_in_its_name_is_not_a_published_one() -> None:
    cluster = clean()
    for name in ("gone.mlserver-config", f"{OTHER}.mlserver-config", "v1.2-mlserver"):
        cluster.add("serverconfigs", name, PLATFORM, spec={})
    assert cluster.audit().findings == []


def test_a_missing_config_with_another_tenants_name_counts_in_no_metric() -> None:
    cluster = clean()
    cluster.get("servers", "mlserver")["spec"]["serverConfig"] = f"{OTHER}.mlserver-config"
    assert {metric.state for metric in cluster.audit().metrics} == {State.MET}


def test_a_pod_that_reaches_several_metadata_services_is_one_finding_with_what_to_except() -> None:
    cluster = clean()
    egress = [{"to": [{"ipBlock": {"cidr": "0.0.0.0/0"}}], "ports": [{"port": 80}]}]
    pods = {"matchLabels": {"app.kubernetes.io/name": "seldon-scheduler"}}
    spec = {"podSelector": pods, "policyTypes": ["Egress"], "egress": egress}
    cluster.add("networkpolicies", "extra", spec=spec)
    [finding] = [finding for finding in cluster.audit().findings if finding.rule.id == "TA209"]
    assert finding.object == f"Pod {OWN}/seldon-scheduler-0"
    assert finding.evidence.startswith("to 169.254.169.254, 100.100.100.200, 168.63.129.16 port 80 TCP: ")
    assert finding.next_step == "except 169.254.0.0/16, 100.100.100.200/32, 168.63.129.16/32 from the rule"
