# SPDX-License-Identifier: GPL-3.0-or-later
"""The verification of a cluster as one document: no counted and no unknown result is lost."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.ml_platform.seldon.plugins.filter.verified_clusters import verified_clusters
from ansible_collections.ml_platform.seldon.plugins.plugin_utils._verification.document import verification
from ansible_collections.ml_platform.seldon.plugins.plugin_utils._verification.html.page import as_html
from ansible_collections.ml_platform.seldon.plugins.plugin_utils._verification.part import Part
from ansible_collections.ml_platform.seldon.plugins.plugin_utils._verification.rules import RULES
from ansible_collections.ml_platform.seldon.plugins.plugin_utils._verification.text import as_text

from tests.unit.verification.results import TEAM, answer, audit, checked, finding, part, server

NOW = "2027-01-31T13:00:00Z"
CHANGED = {
    "kind": "ResourceQuota",
    "namespace": TEAM,
    "name": "tenant-quota",
    "action": "updated",
    "fields": [".spec.hard.pods"],
}
STAYING = {
    "action": "unchanged",
    "fields": [],
    "held": [
        {"field": ".spec.replicas", "owners": ["kubectl"], "allowed_by": ""},
        {"field": ".spec.a", "owners": ["manager"], "allowed_by": "its limits"},
    ],
}


def document_of(given: dict[str, Any] | None = None, *parts: Part, fail_on: str = "high") -> dict[str, Any]:
    """The document of good results, changed by ``given``."""
    return verification("one", NOW, given or audit(), parts or (part(),), fail_on)


def tenant(document: dict[str, Any], name: str = TEAM) -> dict[str, Any]:
    [found] = [entry for entry in document["tenants"] if entry["name"] == name]
    return dict(found)


def test_all_is_well() -> None:
    document = document_of()
    assert (document["verdict"], document["worst"], document["findings"], document["unseen"], document["fails"]) == (
        "ok",
        None,
        [],
        [],
        [],
    )
    own = tenant(document)
    assert own["verdict"] == "ok" and own["drift"] == {"state": "none", "objects": [], "reason": ""}
    assert own["quota"][0]["after"] == "1300m" and own["quota"][0]["percent_after"] == 7
    assert own["servers"][0]["server_config"] == f"{TEAM}/mlserver-config"
    assert document["verified_at"] == "2027-01-31T12:00:00Z"


FAULTS: dict[str, tuple[str, dict[str, Any]]] = {
    "a Server without its config": (
        "TV101",
        {"audit": audit(server(verdict="error", message="there is none"))},
    ),
    "an answer that is none": (
        "TV201",
        {"part": part(asked=[answer(verdict="failed", failures=[{"problem": "HTTP 503", "count": 1}])])},
    ),
    "a split that deviates": ("TV202", {"part": part(asked=[answer(verdict="deviates")])}),
    "an object that stays different": (
        "TV301",
        {"part": part(checked=checked(objects=[{**CHANGED, **STAYING}]))},
    ),
    "an object that differs": ("TV301", {"part": part(checked=checked(objects=[CHANGED]))}),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_each_rule_finds_its_fault_and_no_other_does(fault: str) -> None:
    rule, given = FAULTS[fault]
    document = document_of(given.get("audit"), given.get("part", part()), fail_on="medium")
    assert [one["rule"] for one in document["findings"]] == [rule] == [entry["rule"] for entry in document["rules"]]
    assert document["verdict"] == "findings" == tenant(document)["verdict"] and document["unseen"] == []
    assert document["fails"] == ["1 finding of severity medium or worse"]


def test_every_rule_has_a_fault() -> None:
    assert {rule for rule, _given in FAULTS.values()} == {*RULES}


UNKNOWNS: dict[str, tuple[str, dict[str, Any]]] = {
    "the audit failed": ("the audit", {"audit": {"failed": False, "msg": "no connection"}}),
    "a kind is unreadable": (
        "secrets",
        {
            "audit": audit(
                unreadable=[{"kind": "secrets", "reason": "forbidden"}],
                unknown_rules=[{"rule": "TA805", "kinds": ["secrets"]}],
            )
        },
    ),
    "a log is unreadable": (
        "permission errors",
        {
            "audit": audit(
                metrics={"permission_errors": {**audit()["metrics"]["permission_errors"], "unknown": ["log of x: y"]}}
            )
        },
    ),
    "a Server cannot be told": (f"Server {TEAM}/mlserver", {"audit": audit(server(verdict="unknown"))}),
    "the tenant was refused": (
        f"what is described of {TEAM}",
        {"part": part(checked={"failed": True, "msg": "quota exceeded"})},
    ),
    "the role failed": (f"what is described of {TEAM}", {"part": part(checked=None, problem="a typo")}),
    "a request was not sent": (
        f"Experiment {TEAM}/ab",
        {"part": part(asked=[{"item": answer()["item"], "failed": False, "msg": "no such Model"}])},
    ),
    "too few answers": (f"Experiment {TEAM}/ab", {"part": part(asked=[answer(verdict="too_few")])}),
}


@pytest.mark.parametrize("case", UNKNOWNS)
def test_what_could_not_be_seen_is_unknown_and_never_well(case: str) -> None:
    what, given = UNKNOWNS[case]
    document = document_of(given.get("audit"), given.get("part", part()))
    assert [entry["what"] for entry in document["unseen"]] == [what] and document["unseen"][0]["reason"]
    assert document["verdict"] == "unknown" and document["fails"] == ["1 thing that could not be checked"]
    assert document_of(given.get("audit"), given.get("part", part()), fail_on="never")["fails"] == []


def test_without_its_servers_a_cluster_has_no_verdict_on_them() -> None:
    unreadable = [{"kind": "servers.mlops.seldon.io", "reason": "forbidden"}]
    lacking = [{"rule": "TA602", "kinds": ["servers.mlops.seldon.io"]}]
    [unseen] = document_of(audit(unreadable=unreadable, unknown_rules=lacking))["unseen"]
    assert unseen["rules"] == ["TA602", "TV101"]


def test_a_tenant_that_the_inventory_does_not_know_has_its_servers_judged() -> None:
    given = audit()
    given["tenants"].append({**given["tenants"][1], "name": "unknown", "servers": [server(verdict="error")]})
    [found] = document_of(given)["findings"]
    assert (found["rule"], found["object"]) == ("TV101", "Server unknown/mlserver")


def test_a_cluster_that_could_not_be_audited_has_unknown_metrics() -> None:
    document = document_of({"msg": "no connection"})
    assert {metric["state"] for metric in document["metrics"].values()} == {"unknown"} and len(document["metrics"]) == 4
    assert document["verified_at"] == NOW and tenant(document)["verdict"] == "unknown"
    page = as_html(document)
    assert (
        "No connection into another tenant was found. Pods or network policies could not be read in full" in page
        and "own only" not in page
    )


def test_powers_over_all_are_no_tenant_s() -> None:
    power = {
        "power": "read Secrets",
        "subject": "User olga",
        "relation": "a stranger",
        "by": "ClusterRoleBinding x",
        "example": "get secrets",
    }
    given = audit()
    given["tenants"][0]["access"].append(power)
    document = document_of(given)
    assert document["access"] == [power] and [entry["name"] for entry in document["tenants"]] == [TEAM]


def test_the_worst_comes_first_and_severity_decides() -> None:
    low = finding(rule="TA302", severity="low")
    document = document_of(audit(findings=[finding(), low]), part(checked=checked(objects=[CHANGED])))
    assert [one["severity"] for one in document["findings"]] == ["high", "medium", "low"] and document[
        "worst"
    ] == "high"
    assert document["counts"] == {"critical": 0, "high": 1, "medium": 1, "low": 1, "info": 0}
    assert document["fails"] == ["1 finding of severity high or worse"]
    assert document_of(audit(findings=[finding(), low]), fail_on="low")["fails"] == [
        "2 findings of severity low or worse"
    ]
    assert document_of(audit(findings=[finding(), low]), fail_on="critical")["fails"] == []


def test_what_was_not_asked_for_is_not_unknown() -> None:
    document = document_of(None, Part(TEAM))
    assert (
        document["verdict"] == "ok"
        and tenant(document)["drift"]["state"] == "not_asked"
        and tenant(document)["inference"] == []
    )


def test_text_of_others_is_one_plain_line() -> None:
    document = document_of(audit(findings=[finding(evidence="one\ntwo\u202e\x1b[31m")]))
    assert (
        document["findings"][0]["evidence"].startswith("one two")
        and "\x1b" not in str(document)
        and "\u202e" not in str(document)
    )


def test_the_summary_has_at_most_thirty_lines() -> None:
    many = audit(
        findings=[finding(object=f"o{number}") for number in range(500)],
        unreadable=[{"kind": f"k{n}", "reason": "r"} for n in range(30)],
    )
    lines = as_text(document_of(many, part(asked=[answer()] * 40)))
    assert len(lines) <= 30 and "and 492 more" in "\n".join(lines)
    assert lines[-1].startswith("verdict: findings; fails for 500 findings of severity high or worse and 30 things")


HOSTVARS: dict[str, dict[str, Any]] = {
    "platform-eu": {"kubeconfig": "eu", "seldon_core_namespace": "ml"},
    "platform-us": {"kubeconfig": "us"},
    "a": {"kubeconfig": "eu"},
    "b": {"kubeconfig": "us", "tenant_namespace_name": "team-b"},
    "c": {"kubeconfig": "asia"},
}
GROUPS = {"platform": ["platform-eu", "platform-us"], "tenants": ["a", "b", "c"]}


def test_each_cluster_has_one_host_that_speaks_for_it() -> None:
    found = verified_clusters([*HOSTVARS], ["a", "b", "c"], HOSTVARS, GROUPS, True)
    assert {speaker: (entry["cluster"], entry["hosts"]) for speaker, entry in found.items()} == {
        "platform-eu": ("platform-eu", ["a"]),
        "platform-us": ("platform-us", ["b"]),
        "c": ("c", ["c"]),
    }
    assert found["platform-eu"]["platform_namespace"] == "ml" and found["c"]["platform_namespace"] == "seldon-system"
    assert all(entry["namespaces"] == [] for entry in found.values())


def test_some_tenants_are_asked_about_by_their_namespaces() -> None:
    assert verified_clusters(["b"], ["b"], HOSTVARS, GROUPS, False) == {
        "b": {"cluster": "platform-us", "hosts": ["b"], "platform_namespace": "seldon-system", "namespaces": ["team-b"]}
    }
    # Without requested tenants, the module would audit all of a platform's tenants.
    assert [*verified_clusters([*HOSTVARS], ["b"], HOSTVARS, GROUPS, False)] == ["platform-us"]


def test_fields_of_other_owners_are_drift_unless_something_allows_them() -> None:
    document = document_of(None, part(checked=checked(objects=[{**CHANGED, **STAYING}])))
    [found] = document["findings"]
    assert found["evidence"] == 'no run changes .spec.replicas, which belongs to "kubectl"'
    [drifted] = tenant(document)["drift"]["objects"]
    assert (drifted["action"], drifted["held"]) == ("stays", [{"field": ".spec.replicas", "owners": ["kubectl"]}])
    html = as_html(document)
    assert "A run would change nothing; 1 object has fields of other owners" in html and "stays different" in html
    both = {**CHANGED, "held": STAYING["held"]}
    [found] = document_of(None, part(checked=checked(objects=[both])))["findings"]
    assert found["evidence"] == (
        'a run would have it updated: .spec.hard.pods; no run changes .spec.replicas, which belongs to "kubectl"'
    )
    allowed = {**CHANGED, **STAYING, "held": STAYING["held"][1:]}
    assert tenant(document_of(None, part(checked=checked(objects=[allowed]))))["drift"]["state"] == "none"
