# SPDX-License-Identifier: GPL-3.0-or-later
"""A few of the pods that ``python -m tests.conformance.pod_security`` judges by the hundred."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from tests.conformance.pod_security.__main__ import RELEASE
from tests.conformance.pod_security.live import namespaces
from tests.conformance.pod_security.pods import ephemeral, generated
from tests.conformance.pod_security.run import compare, render
from tests.integration.lab_fixture import Lab

SEED, CHANGED = 3, (None, 0, 18, 19, 23, 25, 27, 29, 31, 32, 34, 35, 37, 99)
"""CHANGED are the versions that changed a control."""
PROBE = {
    "metadata": {},
    "spec": {
        "containers": [{"name": "a", "image": "a:1", "livenessProbe": {"httpGet": {"port": 80, "host": "example.com"}}}]
    },
}


def test_verdicts_and_messages_are_those_of_the_api_server(lab: Lab) -> None:
    with ThreadPoolExecutor(max_workers=8) as executor, namespaces(lab.layout, executor, CHANGED) as live:
        outcome = compare(live, generated(50, SEED), ephemeral(5, SEED), RELEASE, executor)
        outdated = compare(live, [PROBE], [], 33, executor)
    assert not outcome.disagreements, render(outcome, SEED)
    assert len(outdated.disagreements) == 1, "rules of another release are found out"
    assert outcome.compared > 1000 and outcome.refused > 400 and len(outcome.forbidden) >= 14, render(outcome, SEED)
