# SPDX-License-Identifier: GPL-3.0-or-later
"""A waiver needs a rule, a reason and a date; it hides the named findings until then, but does not change counts."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.kube.errors import Invalid
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.tenant_audit.audit import (
    Audit,
    Verdict,
    audit,
)
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.tenant_audit.catalogue import RULES
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.tenant_audit.report import as_data
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.tenant_audit.waivers import parse_waivers

from tests.unit.tenant_audit.cluster import OWN, clean

RULE, OBJECT = "TA808", f"Service {OWN}/mesh"


def waiver(**changes: Any) -> dict[str, Any]:
    return {
        "rule": RULE,
        "reason": "until the move",
        "expires": "2099-12-31",
        "tenant": None,
        "object": None,
        **changes,
    }


def audited(*waivers: dict[str, Any]) -> Audit:
    """An audit of the demo with one finding, and these waivers."""
    cluster = clean()
    cluster.add(
        "services", "mesh", spec={"type": "ExternalName", "externalName": "seldon-mesh.recommendation-engine.svc"}
    )
    return audit(cluster.snapshot(), parse_waivers(waivers, RULES))


@pytest.mark.parametrize(
    "scope",
    [{}, {"tenant": OWN}, {"object": OBJECT}, {"object": f"Service {OWN}/*"}, {"tenant": OWN, "object": OBJECT}],
)
def test_what_a_waiver_names_does_not_count(scope: dict[str, str]) -> None:
    found = audited(waiver(**scope))
    assert found.findings == [] and found.verdict is Verdict.OK
    (waived,) = as_data(found)["waived"]
    assert (waived["rule"], waived["reason"], waived["expires"]) == (RULE, "until the move", "2099-12-31")
    assert as_data(found)["metrics"]["cross_namespace_dependencies"]["value"] == 1


@pytest.mark.parametrize(
    "scope",
    [
        {"tenant": "recommendation-engine"},
        {"object": f"Service {OWN}/mes"},
        {"object": f"service {OWN}/mesh"},
        {"rule": "TA809"},
    ],
)
def test_what_it_does_not_name_counts_and_the_waiver_is_idle(scope: dict[str, str]) -> None:
    assert [finding.rule.id for finding in audited(waiver(**scope)).findings] == [RULE, "TA002"]


def test_it_holds_on_its_last_day_and_no_longer() -> None:
    today = clean().now.date()
    assert audited(waiver(expires=today.isoformat())).findings == []
    expired = audited(waiver(expires=(today - timedelta(days=1)).isoformat()))
    assert [finding.rule.id for finding in expired.findings] == [RULE, "TA001"]


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"reason": " "}, "waivers[0].reason: is empty"),
        ({"rule": "TA80"}, "waivers[0].rule: 'TA80' is not a rule of the audit. Did you mean TA8"),
        ({"rule": "x"}, "See docs/audit.md"),
        ({"expires": "soon"}, "waivers[0].expires: 'soon' is not a date"),
        ({"expires": None}, "is not a date"),
        ({"object": "*"}, "'*' alone waives everything"),
    ],
)
def test_a_waiver_that_is_none_is_refused(changes: dict[str, Any], said: str) -> None:
    with pytest.raises(Invalid) as refused:
        parse_waivers([waiver(**changes)], RULES)
    assert said in str(refused.value)
