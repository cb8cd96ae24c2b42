# SPDX-License-Identifier: GPL-3.0-or-later
"""The texts of the audit's rules. The table in docs/audit.md is made from them."""

from __future__ import annotations

import re

from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.tenant_audit.catalogue import RESERVED, RULES
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.tenant_audit.measures import MEASURES


def test_ids_are_of_one_form_and_titles_unique() -> None:
    assert all(re.fullmatch(r"TA[0-9]{3}", rule) for rule in (*RULES, *RESERVED))
    assert len({rule.title for rule in RULES.values()}) == len(RULES)
    assert all(rule.why and rule.repair for rule in RULES.values())


def test_a_rule_counts_in_a_metric_that_there_is() -> None:
    assert {rule.metric for rule in RULES.values()} - {""} <= set(MEASURES)
