# SPDX-License-Identifier: GPL-3.0-or-later
"""The option for access: a value that is not the name of a group or user is refused with its path and the next step."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.diagnosis.diagnostic import Diagnostic
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.diagnosis.render import as_text
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.tenant.options.access import (
    Access,
    Members,
    TeamServiceAccount,
)
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.tenant.options.subject_names import (
    subject_fault,
)
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.tenant.options.tenant_options import (
    OptionsError,
    TenantOptions,
    parse_options,
)
from hypothesis import given
from hypothesis import strategies as st

FIELD = "tenant_namespace_access"


def parsed(**options: Any) -> TenantOptions:
    return parse_options({"name": "t", **options})


def problems(**options: Any) -> dict[str, Diagnostic]:
    with pytest.raises(OptionsError) as caught:
        parsed(**options)
    return {str(problem.subject): problem for problem in caught.value.problems}


def test_profiles_name_groups_and_users() -> None:
    access = {
        "owners": {"users": ["olga@example.com"]},
        "deployers": {"groups": ["oidc:fraud", "CN=fraud,OU=ml", "oidc:fraud"]},
        "viewers": {},
    }
    assert parsed(access=access).access == Access(
        Members((), ("olga@example.com",)), Members(("oidc:fraud", "CN=fraud,OU=ml"), ())
    )
    assert parsed().access == parsed(access={}).access == Access()


@pytest.mark.parametrize(
    "name",
    ["Équipe fraude", "аналитики", "開発チーム-ml", "systems-team", "system-admins", "team system:x", "subsystem:a"],
)
def test_ordinary_names_of_any_language(name: str) -> None:
    assert parsed(access={"viewers": {"groups": [name]}}).access.viewers.groups == (name,)


@pytest.mark.parametrize(
    "name",
    [
        "system:masters",
        "system:authenticated",
        "System:Unauthenticated",
        "SYSTEM:masters",
        "system:serviceaccounts",
        "system :masters",
        "s\u00fdstem:masters",
        "s\u1e8fstem:masters",
        "system\uff1amasters",
        "system\ua789masters",
        "system\u2236masters",
        "\u0455ystem:masters",
        "syst\u0435m:masters",
        "fraud-\u0430nalysts",
        "\uff46raud",
        "\ufb01n",
        "",
        " ",
        " a",
        "a\n",
        "a\x00",
        "a\u202eb",
        "a\u200bb",
        "a{{ lookup('pipe', 'id') }}",
        "{% x %}",
        "{# x #}",
        "*",
        "fraud-*",
        "x" * 5000,
        5,
        None,
        True,
        ["a"],
    ],
)
@pytest.mark.parametrize("kind", ["groups", "users"])
def test_names_that_are_never_bound(name: object, kind: str) -> None:
    found = problems(access={"deployers": {kind: ["fine", name]}})
    assert set(found) == {f"{FIELD}.deployers.{kind}[1]"}
    [problem] = found.values()
    assert (problem.expected or problem.next_steps) and len(as_text(problem)) < 400 and as_text(problem).isascii()


def test_the_next_step_fits_the_name() -> None:
    account = problems(access={"owners": {"users": ["system:serviceaccount:other:robot"]}})
    assert "tenant_namespace_service_accounts" in as_text(account[f"{FIELD}.owners.users[0]"])
    mixed = problems(access={"owners": {"groups": ["fr\u0430ud"]}})
    assert "Cyrillic and Latin" in as_text(mixed[f"{FIELD}.owners.groups[0]"])


@pytest.mark.parametrize(
    ("access", "field", "words"),
    [
        ({"owner": {}}, ".owner", f'did you mean "{FIELD}.owners"?'),
        ({"deployer": {}}, ".deployer", f'did you mean "{FIELD}.deployers"?'),
        ({"editors": {}}, ".editors", "expected one of owners, deployers, viewers, debug"),
        ({"owners": {"group": []}}, ".owners.group", f'did you mean "{FIELD}.owners.groups"?'),
        ({"owners": {"user": []}}, ".owners.user", f'did you mean "{FIELD}.owners.users"?'),
        ({"owners": ["a"]}, ".owners", "expected {groups: [...], users: [...]}"),
        ({"owners": "a"}, ".owners", "expected {groups: [...], users: [...]}"),
        ({"owners": {"groups": "a"}}, ".owners.groups", "[name]"),
        ({"debug": "yes", "owners": {"users": ["a"]}}, ".debug", "neither true nor false"),
        ({"debug": True}, ".debug", "the tenant has no owners"),
        ({"debug": True, "owners": {"groups": []}}, ".debug", "the tenant has no owners"),
        ([], "", "is not a mapping"),
    ],
)
def test_slips(access: object, field: str, words: str) -> None:
    found = problems(access=access)
    assert set(found) == {FIELD + field}
    assert words in as_text(found[FIELD + field])


def test_a_refused_owner_is_one_problem_also_with_debug() -> None:
    assert set(problems(access={"debug": True, "owners": {"users": ["system:admin"]}})) == {f"{FIELD}.owners.users[0]"}


def test_service_accounts_are_names_or_mappings() -> None:
    accounts = parsed(service_accounts=["ci", {"name": "bot", "role": "deployer"}]).service_accounts
    assert accounts == (TeamServiceAccount("bot", "deployer"), TeamServiceAccount("ci"))
    field = "tenant_namespace_service_accounts"
    assert "SeldonRuntime" in as_text(problems(service_accounts=["seldon-server"])[f"{field}[0].name"])
    assert "twice" in as_text(problems(service_accounts=["ci", "ci"])[f"{field}[1].name"])
    assert 'did you mean "deployer"?' in as_text(
        problems(service_accounts=[{"name": "ci", "role": "deployers"}])[f"{field}[0].role"]
    )


def test_no_service_account_is_an_owner() -> None:
    [problem] = problems(service_accounts=[{"name": "ci", "role": "owner"}]).values()
    assert str(problem.subject) == "tenant_namespace_service_accounts[0].role"
    assert "every deployer" in problem.message and "deployer or viewer" in as_text(problem)


@given(st.text(max_size=12), st.sampled_from(["group", "user"]))
def test_no_name_reads_like_the_clusters_own(text: str, kind: str) -> None:
    assert subject_fault("system:" + text, kind) is not None
    fault = subject_fault(text, kind)
    assert fault is None or all(fault)
