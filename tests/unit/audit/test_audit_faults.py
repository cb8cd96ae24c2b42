# SPDX-License-Identifier: GPL-3.0-or-later
"""Every rule finds the fault that it is for, no unrelated rule finds it too, and nothing is found where nothing is wrong."""

from __future__ import annotations

import pytest
from ansible_collections.ml_platform.seldon.plugins.module_utils.audit.audit import Verdict
from ansible_collections.ml_platform.seldon.plugins.module_utils.audit.catalogue import RULES
from ansible_collections.ml_platform.seldon.plugins.module_utils.audit.metrics import State

from tests.unit.audit.cluster import OWN, clean
from tests.unit.audit.faults import FAULTS, Fault


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
    assert set(RULES) - {seeded.rule for seeded in FAULTS} == {"TA001", "TA002"}
    assert len(FAULTS) >= 60
