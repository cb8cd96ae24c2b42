# SPDX-License-Identifier: GPL-3.0-or-later
"""The guard's options, the objects it consists of, and its document."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.diagnosis.render import as_line
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.isolation.guard.configuration import (
    configuration,
    options_in,
    parse_guard_options,
)
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.isolation.guard.options import GuardOptions
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.isolation.guard.policy import policies
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.isolation.guard.rules import (
    all_rules,
    identifiers,
)
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.preflight import entry_point
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.preflight.request import (
    Request,
    parse_request,
)
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.preflight.scoping_guard import (
    guard_objects,
    left_out,
    needs_of_scoping_guard,
)
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.tenant.expectation import (
    Expectation,
    as_expected,
)
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.tenant.scoping_guard import check_guard
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.tenant.snapshot import PlatformSnapshot

WHOLE = GuardOptions(
    ("registry.example",), ("reader",), ("mine",), ("batch",), (), {"SG118": True}, ("ci",), ("admins",)
)


def request(**options: Any) -> Request:
    defaults = {name: spec.get("default") for name, spec in entry_point.ARGUMENT_SPEC.items()}
    return parse_request({**defaults, "role_path": "/roles/seldon_core", **options})


@pytest.mark.parametrize(
    ("options", "texts"),
    [
        (
            {"allowed_registries": ["seldonio"]},
            ["seldon_core_allowed_registries", '"seldonio" is not a registry', "registry.example:5000"],
        ),
        ({"scoping_guard_options": {"registry": []}}, ["seldon_core_scoping_guard_options.registry: does not exist"]),
        (
            {"scoping_guard_options": {"scheduler": ["a"]}},
            ['did you mean "seldon_core_scoping_guard_options.schedulers"?'],
        ),
        (
            {"scoping_guard_options": {"rules": {"SG999": True}}},
            ["seldon_core_scoping_guard_options.rules.SG999: does not exist", "did you mean"],
        ),
        ({"scoping_guard_options": {"rules": {"SG101": "off"}}}, ["is neither true nor false"]),
        ({"scoping_guard_options": {"runtime_classes": "nvidia"}}, ["is not a list"]),
        ({"scoping_guard_options": {"exempt_users": [1]}}, ["exempt_users[0]", "is not a string"]),
    ],
)
def test_a_wrong_option_is_named(options: dict[str, Any], texts: list[str]) -> None:
    [problem] = request(**options).guard_problems
    for text in texts:
        assert text in as_line(problem)


def test_what_is_kept_in_the_cluster_is_read_again() -> None:
    for options in (GuardOptions(), WHOLE):
        assert options_in(configuration(options, [], "seldon-system")) == options


@pytest.mark.parametrize(
    "data", [None, {}, {"options": "x"}, {"options": "[]"}, {"options": '{"rules": {"SG000": true}}'}]
)
def test_what_cannot_be_read_is_not_the_default(data: Any) -> None:
    assert options_in({"data": data}) is None


def test_every_policy_has_its_binding_and_applies_to_tenants_only() -> None:
    objects = policies(GuardOptions(), "seldon-system")
    made, bound = objects[::2], objects[1::2]
    assert {obj["kind"] for obj in made} == {"ValidatingAdmissionPolicy"}
    assert [obj["spec"]["policyName"] for obj in bound] == [obj["metadata"]["name"] for obj in made]
    for obj in made:
        assert obj["spec"]["matchConstraints"]["namespaceSelector"] == {
            "matchExpressions": [{"key": "ml-platform.seldon/tenant", "operator": "Exists"}]
        }
        assert obj["spec"]["failurePolicy"] == "Fail"
        assert "system:serviceaccounts:seldon-system" in obj["spec"]["matchConditions"][0]["expression"]


def test_who_is_exempt_is_in_every_policy() -> None:
    for obj in policies(WHOLE, "seldon-system")[::2]:
        expression = obj["spec"]["matchConditions"][0]["expression"]
        assert '"admins"' in expression and '"ci"' in expression


def test_an_id_means_one_rule_with_parts_that_say_the_same() -> None:
    rules = all_rules(WHOLE)
    assert [rule.id for rule in rules] == sorted({rule.id for rule in rules}) == list(identifiers())
    assert len({rule.name for rule in rules}) == len(rules)
    assert all(rule.parts and rule.title and rule.why and rule.expected and rule.repair for rule in rules)


def test_permissions_are_asked_for_only_where_something_is_to_be_written() -> None:
    wanted = guard_objects(request(), served=True)
    assert {need.resource for need in needs_of_scoping_guard(wanted, None, True, "seldon-system")} == {
        "configmaps", "validatingadmissionpolicies", "validatingadmissionpolicybindings",
    }  # fmt: skip
    assert needs_of_scoping_guard(wanted, wanted[-1], True, "seldon-system") == []
    other = guard_objects(request(allowed_registries=["registry.example"]), served=True)
    assert needs_of_scoping_guard(other, wanted[-1], True, "seldon-system") != []
    off = guard_objects(request(scoping_guard=False), served=True)
    assert off == []
    assert needs_of_scoping_guard(off, None, True, "seldon-system") == []
    assert {need.verbs for need in needs_of_scoping_guard(off, wanted[-1], True, "seldon-system")} == {
        ("delete", "get")
    }


def test_without_such_policies_the_check_stays_and_it_is_said() -> None:
    assert [obj["kind"] for obj in guard_objects(request(), served=False)] == ["ConfigMap"]
    [text] = left_out(request(), served=False)
    assert "Kubernetes 1.30" in text
    assert left_out(request(), served=True) == left_out(request(scoping_guard=False), served=False) == []


def test_a_guard_that_is_still_to_come_counts_already() -> None:
    [*_policies, coming] = guard_objects(request(allowed_registries=["registry.example"]), served=True)
    older = configuration(GuardOptions(), [], "seldon-system")
    platform = PlatformSnapshot("seldon-system", None, scoping_guard=older)
    assert as_expected(platform, Expectation([coming], whole=True)).scoping_guard == coming
    assert as_expected(platform, Expectation(whole=True)).scoping_guard is None
    assert as_expected(platform, Expectation()).scoping_guard == older


def test_a_guard_that_cannot_be_read_is_said() -> None:
    broken = {**configuration(GuardOptions(), [], "seldon-system"), "data": {"options": "{"}}
    [problem] = check_guard(PlatformSnapshot("seldon-system", None, scoping_guard=broken))
    assert (str(problem.subject), problem.field) == ("ConfigMap seldon-system/seldon-scoping-guard", "data.options")
    assert check_guard(PlatformSnapshot("seldon-system", None)) == []


def test_parsing_keeps_what_is_not_given() -> None:
    options, problems = parse_guard_options([], {"schedulers": ["mine"]}, "registries", "options")
    assert (options.schedulers, options.runtime_classes, list(problems)) == (("mine",), ("nvidia",), [])
