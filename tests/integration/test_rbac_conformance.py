# SPDX-License-Identifier: GPL-3.0-or-later
"""A few of the questions that ``python -m tests.conformance.rbac`` asks by the thousand."""

from __future__ import annotations

import os
import secrets
from random import Random

from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.kube.connection import connect

from tests.conformance.rbac.live import THREADS, compare, create, remove
from tests.conformance.rbac.worlds import world
from tests.integration.lab_fixture import Lab


def test_what_rbac_allows_is_what_the_api_server_allows(lab: Lab) -> None:
    """A gate has to use the same questions in each run; developers use other seeds."""
    seed = 1 if os.environ.get("CI") else secrets.randbelow(10**6)
    made = world(Random(seed), 40, 100, 1000)  # noqa: S311
    client = connect({"kubeconfig": str(lab.kubeconfig)}, connections=THREADS)
    try:
        create(client, made)
        tally = compare(client, made.questions)
    finally:
        remove(client, made)
    assert tally.disagreements == [], f"seed {seed}"
    assert set(tally.answers) == {"allowed", "denied"}
