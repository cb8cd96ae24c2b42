# SPDX-License-Identifier: GPL-3.0-or-later
"""Every role's options are documented with the role's actual defaults."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

ROLES = sorted(path for path in (Path(__file__).resolve().parents[3] / "roles").iterdir() if path.is_dir())


def load(path: Path) -> Any:
    return yaml.safe_load(path.read_text(encoding="utf-8"))


def entry_points(role: Path) -> dict[str, Any]:
    return dict(load(role / "meta" / "argument_specs.yml")["argument_specs"])


@pytest.fixture(params=ROLES, ids=lambda role: str(role.name))
def role(request: pytest.FixtureRequest) -> Path:
    return Path(request.param)


def test_there_are_roles() -> None:
    assert {"seldon_core", "tenant_namespace"} <= {role.name for role in ROLES}


def test_every_default_is_an_option_and_every_option_with_a_default_has_it(role: Path) -> None:
    defaults = load(role / "defaults" / "main.yml") or {}
    options = entry_points(role)["main"]["options"]
    documented = {name: option["default"] for name, option in options.items() if "default" in option}
    assert documented == defaults


def test_an_option_without_a_default_is_required(role: Path) -> None:
    for name, option in entry_points(role)["main"]["options"].items():
        assert ("default" in option) != option.get("required", False), name


def test_the_type_of_a_default_is_the_options_type(role: Path) -> None:
    types = {
        "bool": bool,
        "int": int,
        "list": list,
        "dict": dict,
        "str": str,
        "path": str,
        "float": (int, float),
        "raw": object,
    }
    for entry in entry_points(role).values():
        for name, option in entry["options"].items():
            if "default" in option:
                assert isinstance(option["default"], types[option["type"]]), name


def test_options_carry_the_roles_name_and_a_description(role: Path) -> None:
    for entry in entry_points(role).values():
        for name, option in entry["options"].items():
            assert name.startswith(f"{role.name}_"), name
            assert option.get("description"), name


def test_check_mode_and_idempotence_are_described(role: Path) -> None:
    main = entry_points(role)["main"]
    words = " ".join(main["description"]) if isinstance(main["description"], list) else main["description"]
    assert "check_mode" in words or "check mode" in words.lower()
    assert "idempotent" in words.lower()


def test_no_attributes_which_ansible_doc_warns_about(role: Path) -> None:
    assert not any("attributes" in entry for entry in entry_points(role).values())


def test_every_entry_point_has_its_tasks(role: Path) -> None:
    for name in entry_points(role):
        assert (role / "tasks" / f"{name}.yml").is_file(), name
