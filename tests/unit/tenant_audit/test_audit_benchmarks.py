# SPDX-License-Identifier: GPL-3.0-or-later
"""A failed check of the benchmarks has a reason if it is by design, and only then."""

from __future__ import annotations

from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.tenant_audit.benchmarks import (
    Check,
    Outcome,
)

from tests.unit.tenant_audit.cluster import OWN, Cluster, clean

PSA = "pod-security.kubernetes.io/enforce"


def failed(cluster: Cluster) -> dict[str, Check]:
    checks = cluster.audit().checks
    return {check.id: check for check in checks if check.tenant == OWN and check.corrected is Outcome.FAIL}


def test_all_that_fails_in_the_demo_is_by_design() -> None:
    found = failed(clean())
    assert sorted(found) == [
        "MTB-PL1-BC-CPI-3",
        "MTB-PL1-BC-CPI-4",
        "MTB-PL1-BC-CPI-6",
        "MTB-PL1-CC-FNS-1",
        "MTB-PL1-CC-FNS-2",
        "MTB-PL2-BC-OPS-3",
        "MTB-PL2-BC-OPS-4",
    ]
    assert all(check.by_design for check in found.values())


def test_what_does_not_fail_is_not_by_design() -> None:
    checks = clean().audit().checks
    assert [check for check in checks if check.by_design and check.corrected is not Outcome.FAIL] == []


def test_a_level_that_allows_everything_is_not_by_design() -> None:
    cluster = clean()
    cluster.get("namespaces", OWN)["metadata"]["labels"][PSA] = "privileged"
    found = failed(cluster)
    assert "MTB-PL1-BC-CPI-5" in found
    assert not any(check.by_design for name, check in found.items() if "-BC-CPI-" in name or "-BC-HI-" in name)


def test_a_quota_without_the_platforms_own_keys_is_not_by_design() -> None:
    cluster = clean()
    del cluster.get("resourcequotas", "tenant-quota")["spec"]["hard"]["persistentvolumeclaims"]
    found = failed(cluster)
    assert found["MTB-PL1-CC-FNS-1"].by_design and not found["MTB-PL1-CC-FNS-2"].by_design
