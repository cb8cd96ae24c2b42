# SPDX-License-Identifier: GPL-3.0-or-later
"""The module's own options validate the values that a playbook passes to it."""

from __future__ import annotations

from typing import Any

import pytest
import yaml
from ansible.module_utils.common.arg_spec import ArgumentSpecValidator
from ansible_collections.ml_platform.seldon.plugins.lookup.module_options import LookupModule
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.inference_check.entry_point import (
    ARGUMENT_SPEC,
)
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.kube.argument_spec import AUTH_ARGUMENT_SPEC

from lab.layout import REPOSITORY

SET_BY_THE_PLAYBOOK = ("namespace", "fail_on")


def request_options() -> dict[str, Any]:
    [found] = LookupModule().run(["inference_check"], without=[*SET_BY_THE_PLAYBOOK])
    return found


def refused(**request: Any) -> list[str]:
    spec = {"requests": {"type": "list", "elements": "dict", "options": request_options()}}
    return list(ArgumentSpecValidator(spec).validate({"requests": [request]}).error_messages)


def test_a_request_takes_every_option_of_the_module_but_those_that_the_playbook_sets() -> None:
    assert {*request_options()} == {*ARGUMENT_SPEC} - {*AUTH_ARGUMENT_SPEC} - {*SET_BY_THE_PLAYBOOK}
    given = {"request_timeout": 1, "timeout": 60, "confidence": 0.99, "split_tolerance": 0.05}
    assert refused(name="m", **given) == []


@pytest.mark.parametrize("wrong", [*SET_BY_THE_PLAYBOOK, "api_key", "request_timeot"])
def test_another_key_is_refused_by_name(wrong: str) -> None:
    [message] = refused(name="m", **{wrong: "x"})
    assert f"requests.{wrong}" in message


def test_the_spec_that_is_handed_out_is_a_copy() -> None:
    request_options()["name"]["required"] = False
    assert ARGUMENT_SPEC["name"]["required"]


def test_the_playbook_names_only_options_that_it_decides_about() -> None:
    """The playbook names the options that ansible-lint requires or that it sets. module_defaults passes the others."""
    plays = yaml.safe_load((REPOSITORY / "playbooks" / "seldon_verify.yml").read_text())
    module = "ml_platform.seldon.inference_check"
    [task] = [task for play in plays for task in play["tasks"] if module in task]
    assert {*task[module]} == {"name", "src", "payload", *SET_BY_THE_PLAYBOOK}
    assert task["module_defaults"] == {module: "{{ item }}"}
