# SPDX-License-Identifier: GPL-3.0-or-later
"""The replicas that a prediction counts are those after the apply: a number that somebody else has set stays."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.ownership.labels import FIELD_MANAGER
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.quota.report import Verdict
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.quota_check.assess import assess
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.quota_check.change import Change
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.quota_check.state import NamespaceState
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.tenant.kept_replicas import (
    keep_replicas,
    with_kept_replicas,
)

from tests.unit.quota.builders import Json, container, quota
from tests.unit.quota_check.effective import tenant_of

POD: Json = {"containers": [container("a", {"cpu": "100m"}, {"cpu": "100m"})]}
OWNED: Json = {"f:spec": {"f:replicas": {}}}


def scaled(kind: str, replicas: int, **owner: str) -> Json:
    entry = {"manager": "kubectl", "operation": "Update", "fieldsV1": OWNED, **owner}
    spec = {"replicas": replicas, "selector": {"matchLabels": {"app": "w"}}, "template": {"spec": POD}}
    return {"kind": kind, "metadata": {"name": "w", "managedFields": [entry]}, "spec": spec}


def wanted(kind: str, **spec: Any) -> Json:
    return {"kind": kind, "metadata": {"name": "w"}, "spec": {**scaled(kind, 1)["spec"], **spec}}


@pytest.mark.parametrize(
    "owner",
    [
        {},
        {"manager": "kube-controller-manager", "subresource": "scale"},
        {"manager": FIELD_MANAGER, "operation": "Update"},
    ],
)
def test_a_number_of_somebody_else_stays(owner: dict[str, str]) -> None:
    kept = with_kept_replicas(wanted("Deployment"), scaled("Deployment", 3, **owner))
    assert kept == wanted("Deployment", replicas=3)


@pytest.mark.parametrize(
    "live",
    [
        None,
        {"kind": "Deployment", "metadata": {"name": "w"}, "spec": {"replicas": 3}},
        scaled("Deployment", 3, manager=FIELD_MANAGER, operation="Apply"),
        {**scaled("Deployment", 3), "spec": {"replicas": "3"}},
    ],
)
def test_the_wanted_number_counts_where_nobody_else_set_one(live: Json | None) -> None:
    assert with_kept_replicas(wanted("Deployment"), live) == wanted("Deployment")


@pytest.mark.parametrize("kind", ["Deployment", "StatefulSet"])
def test_a_scaled_workload_takes_what_its_live_number_takes(kind: str) -> None:
    resource = f"{kind.lower()}s.apps"
    objects = {resource: [scaled(kind, 3)], "resourcequotas": [quota({"requests.cpu": "250m"}, {"requests.cpu": "0"})]}
    state = NamespaceState(objects, storage_class="")
    report = assess(keep_replicas(Change([(resource, wanted(kind))]), {}, state), state).report
    assert report.verdict is Verdict.EXCEEDS
    assert [fit.replicas for fit in report.fits] == [3]


def test_a_scaled_server_keeps_its_replicas() -> None:
    server = {"metadata": {"name": "w"}, "spec": {"serverConfig": "c", "replicas": 1, "maxReplicas": 4}}
    change = Change(tenant=tenant_of(server, POD))
    [planned] = keep_replicas(change, {"w": scaled("Server", 2)}, NamespaceState({})).tenant.planned_servers
    assert planned.server["spec"] == {"serverConfig": "c", "replicas": 2, "maxReplicas": 4}
    assert planned.effective.replicas == 2 and planned.effective.services == ("w-0", "w-1")
    assert keep_replicas(change, {}, NamespaceState({})).tenant == change.tenant
