# SPDX-License-Identifier: GPL-3.0-or-later
"""Conditions that an operator of another release left on a Server: conclusions only about the running release."""

from __future__ import annotations

import json
import shlex
from typing import Any

import pytest
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.applyset.arrival import State
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.applyset.readiness import readiness
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.diagnosis.render import as_text
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.kube.resources import SERVER
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.seldon.image import Version
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.seldon.stale_condition import (
    stale_condition,
    stale_conditions,
)

BEFORE, SINCE = Version(2, 9, 1), Version(2, 10, 2)
OLD, NEW = "StatefulSetReady", "StatefulSetOrDeploymentReady"


def server(**status: str) -> dict[str, Any]:
    conditions = [{"type": name, "status": value, "reason": f"reason of {name}"} for name, value in status.items()]
    return {
        "kind": "Server",
        "metadata": {"name": "s", "namespace": "n"},
        "spec": {"serverConfig": "c"},
        "status": {"conditions": conditions},
    }


@pytest.mark.parametrize(
    ("release", "status", "stale"),
    [
        (SINCE, {"Ready": "False", NEW: "True", OLD: "False"}, OLD),
        (BEFORE, {"Ready": "False", OLD: "True", NEW: "False"}, NEW),
        # The operator's own condition is False: it is on its way, and Ready can still come.
        (BEFORE, {"Ready": "False", OLD: "False", NEW: "True"}, ""),
        (SINCE, {"Ready": "False", NEW: "False", OLD: "False"}, ""),
        (SINCE, {"Ready": "False", OLD: "False"}, ""),
        (SINCE, {"Ready": "True", NEW: "True", OLD: "True"}, ""),
        (None, {"Ready": "False", NEW: "True", OLD: "False"}, ""),
    ],
)
def test_only_a_condition_that_the_running_operator_does_not_write_is_stale(
    release: Version | None, status: dict[str, str], stale: str
) -> None:
    assert stale_condition(server(**status), release) == stale
    assert len(stale_conditions([server(**status)], release)) == bool(stale)


@pytest.mark.parametrize(("release", "own", "stale"), [(SINCE, NEW, OLD), (BEFORE, OLD, NEW)])
def test_the_message_names_both_releases_and_removes_that_condition_only(
    release: Version, own: str, stale: str
) -> None:
    [found] = stale_conditions([server(**{"Ready": "False", own: "True", stale: "False"})], release)
    text = as_text(found)
    writer = "an operator before 2.10" if stale == OLD else "an operator of 2.10 or later"
    assert f"its condition {stale} is False and prevents Ready: {writer} wrote it, and the operator {release}" in text
    [line] = [line for line in text.splitlines() if "kubectl patch" in line]
    patch = json.loads(shlex.split(line)[-1])
    assert patch == [
        {"op": "test", "path": "/status/conditions/2/type", "value": stale},
        {"op": "remove", "path": "/status/conditions/2"},
    ]


@pytest.mark.parametrize(("release", "own", "stale"), [(SINCE, NEW, OLD), (BEFORE, OLD, NEW)])
def test_the_wait_gives_it_time_before_it_fails(release: Version, own: str, stale: str) -> None:
    found = readiness(SERVER, server(**{"Ready": "False", own: "True", stale: "False"}), {}, release)
    assert found.state is State.WAITING and found.grace == 30.0
    assert f"its condition {stale} is False" in found.text


def test_a_server_on_its_way_after_a_downgrade_has_the_reason_of_its_operator() -> None:
    found = readiness(SERVER, server(**{"Ready": "False", OLD: "False", NEW: "True"}), {}, BEFORE)
    assert (found.state, found.text, found.grace) == (State.WAITING, f"reason of {OLD}", None)


def test_ready_by_the_condition_of_another_release_is_not_ready() -> None:
    found = readiness(SERVER, server(Ready="True", StatefulSetReady="True"), {}, SINCE)
    assert found.state is State.WAITING and found.on_operator
    assert f"the operator 2.10.2 has not written {NEW} yet" in found.text
