# SPDX-License-Identifier: GPL-3.0-or-later
"""An answer chooses tenants by name, and is never evaluated."""

from __future__ import annotations

from typing import Any

import pytest
from ansible.template import trust_as_template
from ansible_collections.ml_platform.seldon.plugins.lookup.chosen_tenants import LookupModule
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.diagnosis.render import as_line
from ansible_collections.ml_platform.seldon.plugins.plugin_utils._choice.tenants import HOST, choose
from hypothesis import given
from hypothesis import strategies as st

TENANTS = ["fraud-detection", "recommendation-engine", "pricing_2"]


def hosts(answer: object, reached: list[str] = TENANTS, part: bool = False) -> list[str]:
    found = choose(answer, TENANTS, reached, part=part)
    assert found.problems == ()
    return list(found.hosts)


def problems(answer: object, reached: list[str] = TENANTS, part: bool = False) -> list[str]:
    found = choose(answer, TENANTS, reached, part=part)
    assert found.hosts == ()
    return list(map(as_line, found.problems))


@pytest.mark.parametrize("nothing", [None, "", " \n", [], ",", [""]])
def test_nothing_means_all_that_the_run_reaches(nothing: object) -> None:
    assert hosts(nothing) == TENANTS
    assert hosts(nothing, reached=["pricing_2", "seldon-system"]) == ["pricing_2"]


@pytest.mark.parametrize(
    "answer",
    [
        "pricing_2, fraud-detection",
        "pricing_2\nfraud-detection\r\n",
        " fraud-detection\tpricing_2 pricing_2",
        ["pricing_2", "fraud-detection"],
    ],
)
def test_names_in_any_order_and_form(answer: object) -> None:
    assert hosts(answer) == ["fraud-detection", "pricing_2"]


def test_a_misspelt_name_gets_a_suggestion_and_all_are_named_at_once() -> None:
    assert problems("fraud-detektion, fraud-detection, all") == [
        'seldon_deploy_tenants: there is no tenant "fraud-detektion"; did you mean fraud-detection?',
        'seldon_deploy_tenants: there is no tenant "all"; see the hosts of the inventory\'s group tenants',
    ]
    assert problems("Fraud-Detection") != []


def test_a_platform_is_no_tenant() -> None:
    reached = ["seldon-system", *TENANTS]
    for part in (False, True):
        assert "there is no tenant" in problems("seldon-system", reached=reached, part=part)[0]
    assert hosts("", reached=reached) == TENANTS


def test_a_tenant_outside_the_runs_limit_is_refused() -> None:
    [said] = problems("fraud-detection", reached=["pricing_2"])
    assert "the limit of this run excludes the tenant" in said


def test_in_a_part_of_the_inventory_other_names_belong_to_other_parts() -> None:
    assert hosts("fraud-detection, of-another-slice", part=True) == ["fraud-detection"]
    assert hosts("of-another-slice", part=True) == []
    assert problems("*", part=True) != []


@pytest.mark.parametrize(
    "hostile",
    [
        "{{ lookup('pipe', 'id') }}", "{% for x in y %}{% endfor %}", "*", "!pricing_2", "~.*", "&all", "@/etc/passwd", "tenants[0]", "a;b", "'", '"',
        "$(id)", "`id`", "../x", "-e", "\u202efraud", "\x1b[2J", "\x00", 7, True, {"a": 1}, [["a"]], [1], ["a b"], "a:b", 1.5,
    ],
)  # fmt: skip
def test_what_no_host_is_called_is_refused_and_quoted_in_one_line(hostile: object) -> None:
    for part in (False, True):
        [said] = problems(hostile, part=part)
        assert (
            said.startswith("seldon_deploy_tenants: expected names of tenants")
            and said.isascii()
            and said.isprintable()
        )


@given(
    st.one_of(st.text(), st.lists(st.text()), st.sampled_from([*TENANTS, "seldon-system"])),
    st.lists(st.sampled_from([*TENANTS, "seldon-system"])),
    st.booleans(),
)
def test_whatever_is_answered_only_tenants_that_the_run_reaches_are_chosen(
    answer: Any, reached: list[str], part: bool
) -> None:
    found = choose(answer, TENANTS, reached, part=part)
    assert set(found.hosts) <= {*reached} & {*TENANTS}
    assert not (found.hosts and found.problems)
    assert all(line.isprintable() and line.isascii() for line in map(as_line, found.problems))
    words = answer if isinstance(answer, list) else answer.replace(",", " ").split()
    if any(word and not HOST.fullmatch(word) for word in words):
        assert found.problems


def test_the_lookup_does_not_evaluate_what_it_reads(tmp_path: Any) -> None:
    mark = tmp_path / "executed"
    template = trust_as_template("{{ lookup('pipe', 'touch " + str(mark) + "') }}")
    variables = {
        "groups": {"tenants": TENANTS},
        "ansible_play_hosts_all": TENANTS,
        "seldon_deploy_tenants": template,
        "seldon_deploy_checks": template,
    }
    [found] = LookupModule().run([], variables=variables)
    assert found["hosts"] == [] and len(found["problems"]) == 2 and not mark.exists()


def test_the_lookup_reads_what_the_playbook_is_given() -> None:
    def run_lookup(**given: object) -> dict[str, list[str]]:
        variables = {"groups": {"tenants": TENANTS}, "ansible_play_hosts_all": ["pricing_2"], **given}
        return dict(LookupModule().run([], variables=variables)[0])

    assert run_lookup() == {"hosts": ["pricing_2"], "problems": [], "misspelt": []}
    assert (
        run_lookup(seldon_deploy_tenants="gone")["problems"]
        and not run_lookup(seldon_deploy_tenants="gone", seldon_deploy_inventory_is_part="true")["problems"]
    )
    assert run_lookup(seldon_deploy_checks="warn", seldon_verify_fail_on="low") == run_lookup()


def test_what_is_wrong_with_a_host_s_own_variables_does_not_leave_it_out() -> None:
    """Otherwise it would be left out silently, because only one host's answer is checked first."""
    variables = {"groups": {"tenants": TENANTS}, "ansible_play_hosts_all": TENANTS}
    for own, key, said in (
        (
            {"seldon_deploy_checks": "Warn"},
            "problems",
            'seldon_deploy_checks: expected enforce or warn, without a template, got "Warn"',
        ),
        (
            {"seldon_verify_fail_on": "worst"},
            "problems",
            'expected critical, high, medium, low, info or never, without a template, got "worst"',
        ),
        ({"seldon_verify_fial_on": "low"}, "misspelt", "did you mean seldon_verify_fail_on?"),
    ):
        [found] = LookupModule().run([], variables={**variables, **own})
        assert found["hosts"] == TENANTS and said in found[key][0]
