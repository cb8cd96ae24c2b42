# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

from typing import Any

import pytest

from lab.errors import LabError
from lab.kwok import stages

TEMPLATE = """
conditions:
- lastTransitionTime: {{ $now }}
  status: "True"
  type: Initialized
- lastTransitionTime: {{ $now }}
  status: "True"
  type: Ready
- lastTransitionTime: {{ $now }}
  status: "True"
  type: ContainersReady
containerStatuses:
- ready: true
initContainerStatuses:
- ready: true
"""


def stage(name: str, template: str) -> dict[str, Any]:
    return {
        "metadata": {"name": name},
        "spec": {
            "selector": {"matchExpressions": [{"key": "k", "operator": "Exists"}]},
            "next": {"statusTemplate": template},
        },
    }


def test_operator_pods_are_running_but_not_ready() -> None:
    deleted, ready, running = stages([stage("pod-delete", ""), stage("pod-ready", TEMPLATE)])
    assert deleted == stage("pod-delete", "")
    assert (ready["metadata"]["name"], running["metadata"]["name"]) == ("pod-ready", "operator-pod-running")
    assert ready["spec"]["next"]["statusTemplate"] == TEMPLATE
    expected = TEMPLATE.replace('"True"\n  type: Ready', '"False"\n  type: Ready').replace(
        '"True"\n  type: ContainersReady', '"False"\n  type: ContainersReady'
    )
    assert running["spec"]["next"]["statusTemplate"] == expected.replace("ready: true", "ready: false", 1)
    one, other = (found["spec"]["selector"]["matchExpressions"][1] for found in (ready, running))
    assert one["key"] == other["key"] and (one["operator"], other["operator"]) == ("DoesNotExist", "Exists")


def test_a_stage_that_looks_different_is_refused() -> None:
    with pytest.raises(LabError, match="pod-ready"):
        stages([stage("pod-ready", "conditions: []")])
