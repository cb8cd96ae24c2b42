# SPDX-License-Identifier: GPL-3.0-or-later
"""When an operator's pods crash so often that waiting does not help, and what the message shows."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.operator_wait.crash import (
    Crash,
    crash_message,
    crash_of,
)

ENDED = {"terminated": {"exitCode": 1, "reason": "Error"}}
BACK_OFF = {"waiting": {"reason": "CrashLoopBackOff"}}


def pod(
    restarts: int = 2,
    state: dict[str, Any] | None = None,
    last: dict[str, Any] | None = None,
    *,
    created: str = "2026-01-01T00:00:00Z",
    template: str = "a",
) -> dict[str, Any]:
    entry = {
        "name": "manager",
        "restartCount": restarts,
        "state": BACK_OFF if state is None else state,
        "lastState": ENDED if last is None else last,
    }
    metadata = {"name": f"p-{template}", "creationTimestamp": created, "labels": {"pod-template-hash": template}}
    return {"metadata": metadata, "status": {"containerStatuses": [entry]}}


@pytest.mark.parametrize(
    ("pods", "crashes"),
    [
        ([], False),
        ([pod()], True),
        ([pod(9, ENDED, {})], True),
        ([pod(1)], False),
        ([pod(9, {"running": {}})], False),
        ([pod(9, BACK_OFF, {"terminated": {"exitCode": 0}})], False),
        ([pod(9), pod(0, {"running": {}}, {}, created="2026-01-02T00:00:00Z", template="b")], False),
        ([pod(0, {"running": {}}, {}), pod(2, created="2026-01-02T00:00:00Z", template="b")], True),
        ([{"metadata": {"name": "p"}}], False),
    ],
)
def test_only_pods_of_the_newest_template_that_failed_three_times_count(
    pods: list[dict[str, Any]], crashes: bool
) -> None:
    assert bool(crash_of(pods)) is crashes


def test_the_message_has_the_last_lines_and_a_command() -> None:
    log = "one\ntwo\nthree\nfour\nfive\n\nsix \x1b[31mred\n" + "x" * 1000
    text = crash_message("Deployment s/d", "s", Crash("p", "manager", 4, 137, "OOMKilled"), log)
    assert text.splitlines() == [
        "Deployment s/d: is not available: container manager of pod p has failed 5 times, the last time with exit code 137, OOMKilled",
        "  the end of its log:",
        "    three",
        "    four",
        "    five",
        "    six \N{REPLACEMENT CHARACTER}[31mred",
        f"    {'x' * 299}…",
        "  See more: kubectl logs -n s p -c manager",
    ]


def test_without_a_log_the_command_remains() -> None:
    text = crash_message("Deployment s/d", "s", Crash("p", "manager", 2, 1, "Error"), "")
    assert "log:" not in text and text.endswith("kubectl logs -n s p -c manager")
