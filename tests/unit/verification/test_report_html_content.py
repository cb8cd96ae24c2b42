# SPDX-License-Identifier: GPL-3.0-or-later
"""The content of the page: everything in a document, the worst first, and unknown results are never shown as ok."""

from __future__ import annotations

import re
from typing import Any

import pytest
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.applyset.step import Action
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.serverconfig.trace import Outcome
from ansible_collections.ml_platform.seldon.plugins.plugin_utils._verification.drift import NO_DRIFT
from ansible_collections.ml_platform.seldon.plugins.plugin_utils._verification.html.page import as_html
from ansible_collections.ml_platform.seldon.plugins.plugin_utils._verification.html.words import state

from tests.unit.verification.page import Page
from tests.unit.verification.worlds import world


def section(html: str, identifier: str) -> str:
    """The section with that heading."""
    return re.search(rf'<section[^>]* aria-labelledby="{identifier}">.*?</section>', html, re.S)[0]


def tenant(html: str, name: str) -> str:
    """The tenant's details element."""
    return re.search(rf'<div id="tenant-{name}" class="parts">.*?</div>(?=</details>)', html, re.S)[0]


def words(markup: str) -> str:
    return " ".join(Page(markup).text.split())


@pytest.mark.parametrize("count", [1, 3, 12, 60])
def test_the_page_is_whole(count: int) -> None:
    page = Page(as_html(world(count)))
    assert len(page.ids) == len(set(page.ids))
    assert {value.removeprefix("#") for value in page.all("href") + page.all("aria-labelledby")} <= set(page.ids)
    tags = [tag for tag, _names in page.elements]
    assert [tags.count(tag) for tag in ("h1", "main", "header", "footer", "nav", "title")] == [1] * 6
    levels = [int(tag[1]) for tag in tags if re.fullmatch("h[1-6]", tag)]
    assert levels[0] == 1 and all(after <= before + 1 for before, after in zip(levels, levels[1:]))
    assert tags.count("caption") == tags.count("table")
    assert all("scope" in names for tag, names in page.elements if tag == "th")
    assert all({"aria-hidden", "role"} & set(names) for tag, names in page.elements if tag == "svg")


def test_every_string_of_the_document_is_on_the_page() -> None:
    document = world(3)
    said = words(as_html(document))
    for finding in document["findings"]:
        # The changes of a run are listed per object.
        keys = (
            ("title", "object", "why")
            if finding["rule"] == "TV301"
            else ("title", "object", "field", "evidence", "why")
        )
        assert all(finding[key] in said for key in keys), finding
    for one in document["tenants"]:
        assert all(line["used"] in said and line["hard"] in said for line in one["quota"])
        assert all(
            entry["subject"] in said and entry["by"] in said and entry["example"] in said for entry in one["access"]
        )
        assert all(server["message"] in said for server in one["servers"])
        assert all(
            check["why"].replace(one["name"], "<tenant>") in said or check["why"] in said for check in one["benchmarks"]
        )
    assert all(reason in said for reason in document["fails"])
    assert all(part["what"] in said and part["reason"] in said for part in document["unseen"])
    assert all(one["reason"] in said and one["expires"] in said for one in document["waived"])


def test_a_page_of_300_tenants_is_small() -> None:
    assert len(as_html(world(300)).encode()) < 2_000_000


def test_the_worst_tenant_comes_first_and_unknown_before_ok() -> None:
    document = world(12)
    rows = re.findall(r'<th scope="row"><a href="#tenant-([^"]+)', section(as_html(document), "tenants"))
    by_name = {one["name"]: one for one in document["tenants"]}
    assert [by_name[name]["verdict"] for name in rows] == ["findings"] * 2 + ["unknown"] + ["ok"] * 9


def test_a_guard_rail_that_changed_is_told_with_the_drift() -> None:
    document = world(3)
    name = next(one["tenant"] for one in document["findings"] if one["rule"] == "TA403")
    parts = dict(re.findall(r"<h4>([^<]+)</h4>(.*?)(?=<h4>|$)", tenant(as_html(document), name), re.S))
    assert "kubectl-edit" in parts["Drift"] and "kubectl-edit" not in parts["Findings"]


def one_tenant(**changed: Any) -> dict[str, Any]:
    document = world(1, is_clean=True)
    document["tenants"][0].update(changed)
    return document


def test_nothing_to_complain_of() -> None:
    html = as_html(world(2, is_clean=True))
    assert "No findings in 2 tenants; everything was checked." in html
    assert "This run passes" in html and "Do first" not in html
    assert "Everything that was asked for could be read." in html


def test_a_network_that_could_not_be_seen_is_not_isolated() -> None:
    document = one_tenant(network=[])
    document["unseen"] = [{"what": "networkpolicies", "reason": "forbidden", "rules": ["TA203"]}]
    html = as_html(document)
    assert "own only" not in html
    assert '<b class="unknown">unknown</b>' in section(html, "tenants")
    assert "No connection into another tenant was found. Pods or network policies could not be read in full" in html
    assert "who may connect is unknown" in html


def test_drift_that_is_unknown_says_so() -> None:
    html = as_html(one_tenant(drift={"state": "unknown", "objects": [], "reason": "no files"}))
    assert "Whether a run would change something is unknown: no files." in words(html)
    assert "not asked" in words(as_html(one_tenant(drift={"state": "not_asked", "objects": [], "reason": ""})))


def test_drift_that_was_not_asked_for_is_no_empty_cell() -> None:
    html = as_html(one_tenant(drift={"state": "not_asked", "objects": [], "reason": ""}))
    assert '<b class="none">not asked</b>' in section(html, "tenants")


def test_powers_over_all_tenants_are_the_cluster_s() -> None:
    document = one_tenant()
    document["access"] = [
        {
            "power": "read Secrets",
            "subject": "User olga",
            "relation": "a stranger",
            "by": "ClusterRoleBinding x",
            "example": "list secrets",
        }
    ]
    html = as_html(document)
    assert "User olga" in html and "The cluster itself" in html


def test_an_object_that_a_run_would_change_is_listed_once() -> None:
    bad = as_html(world(1))
    assert words(tenant(bad, "fraud-detection")).count("tenant-dns") == 1


def test_a_verdict_that_the_page_does_not_know_is_unknown() -> None:
    document = one_tenant()
    document["tenants"][0]["servers"][0]["verdict"] = "splendid"
    assert '<b class="unknown">splendid</b>' in as_html(document)


def test_who_is_open_to_everybody() -> None:
    html = as_html(one_tenant(open_to_all=["fraud-detection/notebook-0"]))
    assert '<b class="critical">everybody</b>' in section(html, "isolation")
    assert "notebook-0" in words(tenant(html, "fraud-detection"))


def test_of_many_tenants_only_those_that_are_not_isolated_are_drawn() -> None:
    document = world(60)
    html = section(as_html(document), "isolation")
    open_ = [
        one["name"]
        for one in document["tenants"]
        if one["open_to_all"]
        or any(
            flow["from"].split("/")[0] in {other["name"] for other in document["tenants"]} - {one["name"]}
            for flow in one["network"]
        )
    ]
    assert open_
    assert f"the other {60 - len(open_)} tenants no other tenant may connect" in html
    assert html.count('text-anchor="end"') == len(open_)


def test_every_cell_of_the_picture_is_drawn() -> None:
    picture = section(as_html(world(40)), "isolation")
    grids = re.findall(r'<path d="([^"]+)" class="g"/>', picture)
    assert len(grids) == 40
    assert all(grid.count("M") == 43 and grid.endswith("z") for grid in grids)


def test_a_long_list_is_not_cut() -> None:
    document = one_tenant()
    rules = [f"TA{number}" for number in range(100, 400)]
    document["unseen"] = [{"what": "pods", "reason": "forbidden", "rules": rules}]
    assert ", ".join(rules) in words(as_html(document)).replace(" , ", ", ")


def test_more_sources_than_fit_are_counted() -> None:
    flows = [
        {"from": f"other-{number}/pod", "to": "fraud-detection/mlserver-0", "ports": [number + 1], "unknown_ports": []}
        for number in range(33)
    ]
    assert "3 more sources" in as_html(one_tenant(network=flows))


def test_a_quota_that_is_exceeded_and_one_that_will_be() -> None:
    line = {
        "quota": "tenant-quota",
        "key": "requests.cpu",
        "used": "15",
        "hard": "20",
        "percent": 75,
        "after": "25",
        "percent_after": 125,
        "within": False,
    }
    html = as_html(one_tenant(quota=[line]))
    assert "15 → 25 of 20" in html and "75 → 125 %, over" in html and '<b class="high">125 %</b>' in html


def test_a_command_in_a_next_step_is_code() -> None:
    document = world(3)
    document["findings"][0]["next_step"] = (
        "move it into the tenant's variables, or: kubectl delete networkpolicies x -n y"
    )
    assert "<code>kubectl delete networkpolicies x -n y</code>" in as_html(document)


def test_one_answer_of_a_benchmark_that_is_unlike_the_others_is_told_at_its_tenant() -> None:
    document = world(12)
    html = as_html(document)
    odd = [
        one["name"]
        for one in document["tenants"]
        if any(check["id"].endswith("HI-2") and check["corrected"] == "fail" for check in one["benchmarks"])
    ]
    assert odd and all("block NodePort services" in tenant(html, name) for name in odd)
    assert "block NodePort services" not in tenant(html, "churn")


@pytest.mark.parametrize("action", [action for action in Action if action not in NO_DRIFT], ids=str)
def test_what_a_run_would_do_to_an_object_is_never_unknown(action: Action) -> None:
    changed = {"kind": "Role", "namespace": "a", "name": "b", "action": action.value, "fields": []}
    html = as_html(one_tenant(drift={"state": "differs", "objects": [changed], "reason": ""}))
    [chip] = re.findall(r"<td>(<b[^>]*>[^<]*</b>)</td>", section_of_drift(html))
    assert re.fullmatch(r'<b class="medium">to be [a-z ]+</b>', chip)


def section_of_drift(html: str) -> str:
    return re.search(r"<caption>Objects that differ from the desired state</caption>.*?</table>", html, re.S)[0]


@pytest.mark.parametrize("outcome", list(Outcome), ids=str)
def test_every_outcome_of_a_look_up_has_its_words(outcome: Outcome) -> None:
    mark, word = re.fullmatch(r'<b class="([a-z]+)">([^<]+)</b>', state(outcome.value).html).groups()
    assert (mark == "unknown") is (outcome is Outcome.UNKNOWN) and "-" not in word


def test_a_page_without_findings_says_why_failed_checks_do_not_count() -> None:
    document = world(3, is_clean=True)
    failed = [check for one in document["tenants"] for check in one["benchmarks"] if check["corrected"] == "fail"]
    html = section(as_html(document), "benchmarks")
    assert failed and "No findings" in as_html(document)
    assert "A failed check is not a finding and does not fail a run" in words(html)
    assert all(f"By design: {check['by_design']}" in words(html) for check in failed)
    assert re.findall(r'<b class="(?:critical|high|medium|low)">', html) == []


def test_a_failed_check_that_is_not_by_design_is_shown_as_failed() -> None:
    html = as_html(world(12))
    assert '<b class="high">fail</b>' in html and '<b class="none">fail by design</b>' in html
