# SPDX-License-Identifier: GPL-3.0-or-later
"""The messages about pods that do not run."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.tenant.pods.trouble import pod_troubles
from hypothesis import given
from hypothesis import strategies as st

ENDED = {"exitCode": 2, "reason": "Error", "message": "flag provided but\nnot defined"}
WAITING = {"waiting": {"reason": "CrashLoopBackOff", "message": "back-off 10s"}}


def pod(**status: Any) -> dict[str, Any]:
    return {"metadata": {"namespace": "n", "name": "p"}, "status": status}


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        ({}, []),
        ({"containerStatuses": [{"name": "c", "state": {"running": {}}}]}, []),
        ({"containerStatuses": [{"name": "c", "state": {"waiting": {"reason": "ContainerCreating"}}}]}, []),
        ({"initContainerStatuses": [{"name": "c", "state": {"terminated": {"exitCode": 0}}}]}, []),
        (
            {
                "containerStatuses": [
                    {"name": "c", "state": {"waiting": {"reason": "ImagePullBackOff", "message": "no such image"}}}
                ]
            },
            ["Pod n/p: container c: ImagePullBackOff: no such image"],
        ),
        (
            {"containerStatuses": [{"name": "c", "state": WAITING, "lastState": {"terminated": ENDED}}]},
            [
                "Pod n/p: container c: CrashLoopBackOff: back-off 10s; it ended with exit code 2: Error: flag provided but not defined; "
                "kubectl logs -n n p -c c --previous"
            ],
        ),
        (
            {
                "containerStatuses": [
                    {
                        "name": "c",
                        "state": {"running": {}},
                        "ready": False,
                        "restartCount": 3,
                        "lastState": {"terminated": ENDED},
                    }
                ]
            },
            [
                "Pod n/p: container c: restarted 3 times; it ended with exit code 2: Error: flag provided but not defined; "
                "kubectl logs -n n p -c c --previous"
            ],
        ),
        (
            {
                "containerStatuses": [
                    {
                        "name": "c",
                        "state": {"running": {}},
                        "ready": True,
                        "restartCount": 3,
                        "lastState": {"terminated": ENDED},
                    }
                ]
            },
            [],
        ),
        (
            {
                "containerStatuses": [
                    {
                        "name": "c",
                        "state": {"running": {}},
                        "ready": False,
                        "lastState": {"terminated": {"exitCode": 0}},
                    }
                ]
            },
            [],
        ),
        (
            {"containerStatuses": [{"name": "c", "state": {"terminated": {"exitCode": 137, "reason": "OOMKilled"}}}]},
            ["Pod n/p: container c: it ended with exit code 137: OOMKilled; kubectl logs -n n p -c c"],
        ),
        (
            {
                "conditions": [
                    {
                        "type": "PodScheduled",
                        "status": "False",
                        "reason": "Unschedulable",
                        "message": "0/2 nodes are available",
                    }
                ]
            },
            ["Pod n/p: Unschedulable: 0/2 nodes are available"],
        ),
    ],
)
def test_what_a_pod_says(status: dict[str, Any], expected: list[str]) -> None:
    assert pod_troubles([pod(**status)]) == expected


KEYS = ["metadata", "status", "containerStatuses", "state", "waiting", "terminated", "lastState", "conditions"]


@given(
    st.dictionaries(
        st.sampled_from(KEYS),
        st.recursive(
            st.none() | st.text(max_size=3),
            lambda x: st.lists(x, max_size=2) | st.dictionaries(st.sampled_from(KEYS), x, max_size=2),
            max_leaves=5,
        ),
    )
)
def test_a_pod_of_any_shape_never_raises(obj: dict[str, Any]) -> None:
    pod_troubles([obj])
