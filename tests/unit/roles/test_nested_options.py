# SPDX-License-Identifier: GPL-3.0-or-later
"""Options that have keys: every key that is read is documented, and the reverse. The collection, not Ansible, reports a
wrong key, with a suggestion.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import pytest
import yaml
from ansible.module_utils.common.arg_spec import ArgumentSpecValidator
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.diagnosis.reading import Reading
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.preflight import entry_point
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.preflight.request import parse_request
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.tenant.options.tenant_options import (
    KEYS,
    PREFIX,
    OptionsError,
    parse_options,
)

from lab.layout import REPOSITORY

PLATFORM = "seldon_core_"
OPEN = {"scoping_guard_options.rules"}
"""Mappings whose keys are data, not options."""


def options_of(role: str) -> dict[str, Any]:
    text = (REPOSITORY / "roles" / role / "meta" / "argument_specs.yml").read_text()
    return dict(yaml.safe_load(text)["argument_specs"]["main"]["options"])


TENANT = {name.removeprefix(PREFIX): option for name, option in options_of("tenant_namespace").items()}
NESTED = {name: option for name, option in TENANT.items() if name in KEYS and "options" in option}
CORE = {name.removeprefix(PLATFORM): option for name, option in options_of("seldon_core").items()}
CORE_NESTED = {name: option for name, option in CORE.items() if "options" in option}


def is_list(option: Mapping[str, Any]) -> bool:
    return option["type"] == "list"


def documented(options: Mapping[str, Any], path: str = "") -> Iterator[tuple[str, str]]:
    """(path of a mapping, key of it), for every mapping below an option."""
    for name, option in options.items():
        if "options" in option:
            place = f"{path}{name}" + ("[]" if is_list(option) else "")
            yield from ((place, key) for key in option["options"])
            yield from documented(option["options"], f"{place}.")


SAMPLES = {"str": "x", "int": 1, "float": 1.0, "bool": True, "dict": {}, "list": [], "raw": "x"}


def sample(option: Mapping[str, Any]) -> Any:
    """A value with every documented key, whether or not they make sense together."""
    if "options" in option:
        value = {key: sample(entry) for key, entry in option["options"].items()}
        if "type" in option["options"] and is_list(option):  # a receiver: its keys depend on its type
            return [{**value, "type": kind} for kind in option["options"]["type"]["choices"]]
        return [value] if is_list(option) else value
    return option["choices"][0] if "choices" in option else SAMPLES[option["type"]]


@pytest.fixture
def read_keys(monkeypatch: pytest.MonkeyPatch) -> set[tuple[str, str]]:
    """(path, key) for each key that a parser reads, present or not; the set is filled while parsing."""
    found: set[tuple[str, str]] = set()
    known = Reading.refuse_unknown_keys

    def recorded(self: Reading, mapping: Mapping[str, Any], path: str, names: Iterable[str]) -> None:
        place = re.sub(r"\[\d+\]", "[]", path.rstrip("."))
        found.update((place, name) for name in names)
        known(self, mapping, path, names)

    monkeypatch.setattr(Reading, "refuse_unknown_keys", recorded)
    return found


def without_prefix(found: Iterable[tuple[str, str]], prefix: str) -> set[tuple[str, str]]:
    return {(place.removeprefix(prefix), key) for place, key in found if place.removeprefix(prefix)}


def test_every_key_of_a_tenant_that_is_read_is_documented_and_the_reverse(read_keys: set[tuple[str, str]]) -> None:
    value = {"name": "t", **{name: sample(option) for name, option in NESTED.items()}}
    with pytest.raises(OptionsError):
        parse_options(value)
    said = {*documented(NESTED)}
    # A reference to a Secret is compared as a whole, so that no part of it is quoted.
    references = {("monitoring.receivers[].secret", "name"), ("monitoring.receivers[].secret", "key")}
    assert references <= said
    assert without_prefix(read_keys, PREFIX) == said - references


def test_every_option_of_a_tenant_is_an_option_of_the_role_and_the_reverse() -> None:
    own = {"manifests", "extra_kinds", "kustomize_binary", "take_over", "checks", "wait", "wait_timeout"}
    assert {*TENANT} == {*KEYS, *own, "expected_platforms"}


def test_every_key_of_the_platform_that_is_read_is_documented_and_the_reverse(read_keys: set[tuple[str, str]]) -> None:
    defaults = {name: spec.get("default") for name, spec in entry_point.ARGUMENT_SPEC.items()}
    given = {name: sample(option) for name, option in CORE_NESTED.items()}
    parse_request({**defaults, "role_path": "/roles/seldon_core", **given})
    read = {(place, key) for place, key in without_prefix(read_keys, PLATFORM) if place not in OPEN}
    # Keys that the platform's network shares with a tenant's: they are read, but not options of the platform.
    tenants = {("network", key) for key in ("monitoring", "kafka", "schema_registry", "tracing")}
    assert read - tenants == {*documented(CORE_NESTED)}


def accepted_by_ansible(variable: str, option: Mapping[str, Any], value: object) -> bool:
    """Whether the validation at the start of a role accepts the value."""
    return not ArgumentSpecValidator({variable: dict(option)}).validate({variable: value}).error_messages


def misspelt(options: Mapping[str, Any], prefix: str) -> Iterator[tuple[str, dict[str, Any], str]]:
    """(option, a value with a misspelt key, what the key is called) for each option with keys."""
    for name, option in options.items():
        key = next(iter(option["options"]))
        wrong = f"{key}z"
        value: Any = [{wrong: "x"}] if is_list(option) else {wrong: "x"}
        yield f"{prefix}{name}", value, wrong


@pytest.mark.parametrize("name", NESTED)
def test_a_misspelt_key_of_a_tenant_gets_past_ansible_and_is_refused_with_a_suggestion(name: str) -> None:
    [(variable, value, wrong)] = misspelt({name: NESTED[name]}, PREFIX)
    assert accepted_by_ansible(variable, NESTED[name], value)
    with pytest.raises(OptionsError) as raised:
        parse_options({"name": "t", name: value})
    assert f"{wrong}: does not exist" in str(raised.value)
    assert f'{wrong[:-1]}"?' in str(raised.value)


@pytest.mark.parametrize("name", CORE_NESTED)
def test_a_misspelt_key_of_the_platform_gets_past_ansible_and_is_refused_with_a_suggestion(name: str) -> None:
    [(variable, value, wrong)] = misspelt({name: CORE_NESTED[name]}, PLATFORM)
    assert accepted_by_ansible(variable, CORE_NESTED[name], value)
    defaults = {option: spec.get("default") for option, spec in entry_point.ARGUMENT_SPEC.items()}
    request = parse_request({**defaults, "role_path": "/roles/seldon_core", name: value})
    [problem] = [*request.guard_problems, *request.network_problems]
    assert problem.subject.name.endswith(wrong) and f'{wrong[:-1]}"?' in problem.next_step


def defaults_of(options: Mapping[str, Any]) -> dict[str, Any]:
    """The documented defaults as explicit values."""
    written = {
        key: defaults_of(option["options"]) if "options" in option else option["default"]
        for key, option in options.items()
        if not is_list(option) and ("options" in option or "default" in option)
    }
    return {key: value for key, value in written.items() if value != {}}


@pytest.mark.parametrize("name", [name for name, option in NESTED.items() if not is_list(option)])
def test_a_documented_default_is_the_one_that_is_used(name: str) -> None:
    written = {"name": "t", name: defaults_of(NESTED[name]["options"])}
    assert parse_options(written) == parse_options({"name": "t", name: {}})


@pytest.mark.parametrize("options", [TENANT, CORE], ids=["tenant_namespace", "seldon_core"])
def test_every_nested_option_has_a_type_and_a_description(options: dict[str, Any]) -> None:
    def check(path: str, option: Mapping[str, Any]) -> None:
        assert option.get("type") and option.get("description"), path
        for name, entry in option.get("options", {}).items():
            check(f"{path}.{name}", entry)

    for name, option in options.items():
        check(name, option)
