# SPDX-License-Identifier: GPL-3.0-or-later
"""Next steps for a tenant whose namespace is being deleted: nothing can be deployed into it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.kube.resources import NAMESPACE
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.kube.terminating import completion
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.tenant_audit.catalogue import RULES
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.tenant_audit.rule import DEPLOY_AGAIN

from tests.unit.tenant_audit.cluster import OWN, Cluster, clean
from tests.unit.tenant_audit.faults import FAULTS, Fault

COMMAND = completion(OWN)


def ending(cluster: Cluster, age: timedelta = timedelta(minutes=1)) -> Cluster:
    namespace = cluster.get("namespaces", OWN)
    namespace["metadata"]["deletionTimestamp"] = (cluster.now - age).isoformat()
    return cluster


def test_a_refused_operator_is_not_answered_with_a_deployment_that_is_refused() -> None:
    cluster = ending(clean())
    next(seeded for seeded in FAULTS if seeded.rule == "TA607").seed(cluster)
    [finding] = [finding for finding in cluster.audit().findings if finding.rule.id == "TA607"]
    assert finding.next_step == (
        "the namespace is being deleted: wait until it is gone, then run again; "
        f"to complete the deletion of a tenant: {COMMAND}"
    )


@pytest.mark.parametrize("seeded", FAULTS, ids=lambda seeded: f"{seeded.rule} {seeded.what}")
def test_no_rule_advises_to_deploy_into_the_namespace(seeded: Fault) -> None:
    cluster = clean()
    seeded.seed(cluster)
    if OWN not in {obj["metadata"]["name"] for obj in cluster.objects[NAMESPACE]}:
        return  # a fault is that there is none, so that a deployment is possible
    ending(cluster)
    wrong = [f for f in cluster.audit().findings if f.tenant == OWN and "deployment playbook" in f.next_step]
    assert wrong == []


def test_every_such_advice_is_recognised() -> None:
    assert {
        rule.id for rule in RULES.values() if "playbook" in rule.repair and DEPLOY_AGAIN not in rule.repair
    } == set()


def test_a_deletion_that_takes_long_names_the_command_that_completes_it() -> None:
    found = ending(clean(), timedelta(hours=1)).audit().findings
    [finding] = [finding for finding in found if finding.rule.id == "TA604"]
    assert finding.next_step == f"complete the deletion of the namespace: {COMMAND}"
