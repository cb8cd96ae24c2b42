# SPDX-License-Identifier: GPL-3.0-or-later
"""Each lint finds its fault, no other does, and nothing is found in a sound quota and LimitRange."""

from __future__ import annotations

import re
from typing import Any

import pytest
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.quota.limit_ranges import read_limit_ranges
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.quota.lint import (
    lint_limit_range,
    lint_quota,
)
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.quota.lint_keys import (
    ACCEPTED_KEYS,
    REFUSED_KEYS,
)
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.quota.lint_limits import LIMITS
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.quota.lint_quotas import QUOTAS

from tests.unit.quota.builders import Json, limit_range, quota

LINTS: tuple[Any, ...] = (*REFUSED_KEYS, *ACCEPTED_KEYS, *QUOTAS, *LIMITS)
HARD: Json = {"requests.cpu": "20", "limits.memory": "80Gi", "pods": "10", "services.loadbalancers": "2"}
DEFAULTS = {
    "type": "Container",
    "default": {"cpu": "1", "memory": "1Gi"},
    "defaultRequest": {"cpu": "1", "memory": "1Gi"},
}
UNCOUNTED = {**quota({"pods": "10", "services": "5"}), "status": {"hard": {"pods": "10", "services": "5"}, "used": {"pods": "0"}}}  # fmt: skip

OF_QUOTAS: dict[str, Json] = {
    "QL101": quota({"request.cpu": "1"}),
    "QL102": quota({"pods": "1.5"}),
    "QL103": quota({"nvidia.com/gpu": "1"}),
    "QL104": quota({"count/resourceclaims.resource.k8s.io": "1"}),
    "QL105": quota({"count/models.mlops.seldon.io": "5"}),
    "QL201": quota({"pods": "1", "count/services": "5"}, scopes=["NotTerminating"]),
    "QL202": quota({"services.loadbalancers": "2", "services.nodeports": "1"}),
    "QL203": quota({"limits.cpu": "4"}),
    "QL204": UNCOUNTED,
}
OF_LIMITS: dict[str, tuple[Json, ...]] = {
    "QL301": (DEFAULTS, DEFAULTS),
    "QL302": ({"type": "Pod", "default": {"cpu": "1"}},),
    "QL303": ({"type": "PersistentVolumeClaim"},),
    "QL304": ({"type": "Container", "maxLimitRequestRatio": {"cpu": "500m"}},),
    "QL305": ({"type": "Container", "min": {"cpu": "2"}, "max": {"cpu": "1"}},),
}


@pytest.mark.parametrize("identifier", OF_QUOTAS)
def test_a_quota(identifier: str) -> None:
    found = lint_quota(OF_QUOTAS[identifier], kinds={"services"})
    assert {diagnostic.code for diagnostic in found} == {identifier}, found
    [entry] = [entry for entry in LINTS if entry.id == identifier]
    assert {diagnostic.severity for diagnostic in found} == {entry.severity}


@pytest.mark.parametrize("identifier", OF_LIMITS)
def test_a_limit_range(identifier: str) -> None:
    assert {diagnostic.code for diagnostic in lint_limit_range(limit_range(*OF_LIMITS[identifier]))} == {identifier}


def test_nothing_is_found_in_what_is_sound() -> None:
    rules = read_limit_ranges([limit_range(DEFAULTS)])
    assert lint_quota(quota(HARD), rules, {"services"}, [quota({"services.nodeports": "8"})]) == []
    assert lint_limit_range(limit_range(DEFAULTS)) == []


def test_every_lint_has_a_fault_and_an_id_of_its_own() -> None:
    assert [entry.id for entry in LINTS] == sorted({*OF_QUOTAS, *OF_LIMITS})
    assert all(re.fullmatch(r"QL[0-9]{3}", entry.id) and entry.title and entry.why for entry in LINTS)
