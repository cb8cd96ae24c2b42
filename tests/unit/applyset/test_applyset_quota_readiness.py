# SPDX-License-Identifier: GPL-3.0-or-later
"""A quota is in force when its status shows its spec, not when it is written."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.applyset.arrival import State
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.applyset.readiness import readiness
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.kube.resources import RESOURCE_QUOTA

HARD = {"pods": "5", "requests.cpu": "2"}
USED = {"pods": "0", "requests.cpu": "0"}


@pytest.mark.parametrize(
    ("status", "words"),
    [
        (None, "not in force yet: the quota controller has not counted pods, requests.cpu"),
        ({}, "not counted pods, requests.cpu"),
        ({"hard": {**HARD, "pods": "9"}, "used": USED}, "has not counted it"),
        (
            {"hard": {"pods": "5"}, "used": {"pods": "0"}},
            "not counted requests.cpu (does the cluster know that resource?)",
        ),
        ({"hard": HARD, "used": {"pods": "0"}}, "not counted requests.cpu"),
        ({"hard": HARD, "used": USED}, ""),
    ],
)
def test_when_a_quota_is_in_force(status: dict[str, Any] | None, words: str) -> None:
    quota = {"metadata": {"name": "q"}, "spec": {"hard": HARD}, **({} if status is None else {"status": status})}
    found = readiness(RESOURCE_QUOTA, quota, {})
    assert (found.state is State.READY) is (not words)
    assert words in found.text
