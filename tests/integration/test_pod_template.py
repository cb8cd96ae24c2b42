# SPDX-License-Identifier: GPL-3.0-or-later
"""The pod template that the core predicts is the one that the operator process creates."""

from __future__ import annotations

import os
import random

from tests.conformance.pod_template import prepared
from tests.integration.tenancy import Tenancy


def test_a_hundred_random_pairs(tenancy: Tenancy) -> None:
    # A gate has to use the same pairs in each run; developers use other seeds.
    seed = 1 if os.environ.get("CI") else random.SystemRandom().randrange(10**6)
    print(f"seed {seed}")
    outcome = prepared(tenancy, "conformance", 100, seed, "2.10.2")
    tenancy.lab.kubectl("delete", "namespace", "conformance", "--wait=false")
    assert outcome.disagreements == {}, outcome.table()
    assert outcome.compared == 100, outcome.table()
