# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import pytest

from lab.build import MODULES, PROGRAMS, PROMTOOL, Program, linker_flags, required_versions
from lab.toolchain import MINIMUM, parse_version

GO_MOD = """module x

go 1.26.0

tool a.example/tool/cmd

require single.example/one v1.0.0

require (
	k8s.io/client-go v0.37.1 // indirect
	a.example/tool v2.3.4
	k8s.io/api v0.0.0
)

replace (
	k8s.io/api => k8s.io/api v0.37.2
)
"""


def test_required_versions() -> None:
    expected = {
        "single.example/one": "v1.0.0",
        "k8s.io/client-go": "v0.37.1",
        "a.example/tool": "v2.3.4",
        "k8s.io/api": "v0.37.2",
    }
    assert required_versions(GO_MOD) == expected


def test_linker_flags() -> None:
    program = Program(
        "tool",
        ".",
        "a.example/tool",
        ("tool",),
        {"v.version": "{version}", "v.minor": "{minor}", "v.client": "{client_minor}"},
    )
    assert linker_flags(program, required_versions(GO_MOD)) == "-s -w -X v.version=v2.3.4 -X v.minor=3 -X v.client=37"


@pytest.mark.parametrize("program", [*PROGRAMS, PROMTOOL], ids=lambda program: program.name)
def test_every_module_is_pinned_and_needs_no_newer_go(program: Program) -> None:
    go_mod = (MODULES / program.name / "go.mod").read_text()
    assert program.module in required_versions(go_mod)
    assert (MODULES / program.name / "go.sum").stat().st_size > 0
    needed = parse_version("go" + go_mod.split("\ngo ")[1].split("\n")[0])
    assert needed is not None and needed <= MINIMUM


@pytest.mark.parametrize(
    ("text", "expected"),
    [("go version go1.26.8 linux/amd64", (1, 26)), ("go version go1.9 x", (1, 9)), ("", None), ("gcc 12", None)],
)
def test_parse_version(text: str, expected: tuple[int, int] | None) -> None:
    assert parse_version(text) == expected
