# SPDX-License-Identifier: GPL-3.0-or-later
"""Helm and other programs of this machine, replaced by small scripts; and credentials that Helm would not use."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.diagnosis.render import as_line
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.preflight.charts import ChartReference
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.preflight.helm import (
    check_helm,
    check_programs,
    check_remote_chart,
    render_chart,
)
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.preflight.options import check_connection

from tests.unit.preflight.test_preflight_options import request

REMOTE = ChartReference("seldon-core-v2-crds", "seldon-core-v2-crds", "https://charts.example", "2.10.2")


@pytest.fixture
def environ(tmp_path: Path) -> dict[str, str]:
    return {"PATH": f"{tmp_path}{os.pathsep}/usr/bin:/bin"}


def program(directory: Path, body: str, name: str = "helm") -> str:
    path = directory / name
    path.write_text(f"#!/bin/sh\n{body}\n")
    path.chmod(0o755)
    return str(path)


@pytest.mark.parametrize(
    ("said", "release"), [("v3.22.0", "3.22.0"), ("v4.0.1+g1234", "4.0.1"), ("WARNING: x\nv3.1.2", "3.1.2")]
)
def test_helm_is_found_and_tells_its_release(tmp_path: Path, environ: dict[str, str], said: str, release: str) -> None:
    path = program(tmp_path, f"printf '{said}\\n'")
    assert check_helm(request(), environ) == (path, release, [])


@pytest.mark.parametrize(
    ("body", "text"),
    [
        ("echo v2.17.0", "is release 2.17.0; expected Helm 3 or 4"),
        ("echo nonsense", "does not report its version (nonsense)"),
        ("echo broken >&2; exit 1", "does not report its version (broken)"),
        ("true", "does not report its version (no output)"),
    ],
)
def test_a_helm_that_cannot_be_used_is_a_problem(tmp_path: Path, environ: dict[str, str], body: str, text: str) -> None:
    program(tmp_path, body)
    (problem,) = check_helm(request(), environ)[2]
    assert text in as_line(problem)


def test_helm_is_asked_by_arguments_and_never_through_a_shell(tmp_path: Path, environ: dict[str, str]) -> None:
    log = tmp_path / "log"
    path = program(tmp_path, f'printf "%s\\n" "$@" > {log}; echo "version: 2.10.2"')
    chart = ChartReference("c", "$(touch /nope); c", "https://x/;y", "2.10.2")
    assert check_remote_chart(path, request(), chart, environ) == []
    assert log.read_text().splitlines() == [
        "show",
        "chart",
        "$(touch /nope); c",
        "--version",
        "2.10.2",
        "--repo",
        "https://x/;y",
    ]


@pytest.mark.parametrize(
    ("body", "text"),
    [
        ("echo 'Error: no such host' >&2; exit 1", "cannot be fetched (no such host)"),
        ("echo 'version: 2.10.1'", "is version 2.10.1; expected 2.10.2"),
        ("echo '['", "has no version"),
    ],
)
def test_a_chart_that_cannot_be_had_is_a_problem(tmp_path: Path, environ: dict[str, str], body: str, text: str) -> None:
    (problem,) = check_remote_chart(program(tmp_path, body), request(), REMOTE, environ)
    assert text in as_line(problem)


def test_a_chart_is_rendered_with_values_that_no_command_line_shows(tmp_path: Path, environ: dict[str, str]) -> None:
    path = program(tmp_path, 'echo "$@"; cat')
    rendered, problems = render_chart(path, request(values={"a": "s3cret"}), REMOTE, environ, "v1.37.2")
    command, values = rendered.split("\n")
    assert command.endswith("--values - --kube-version v1.37.2 --version 2.10.2 --repo https://charts.example")
    assert values == '{"a": "s3cret", "controller": {"clusterwide": false}}' and problems == []


def test_values_that_the_chart_cannot_take_are_a_problem(tmp_path: Path, environ: dict[str, str]) -> None:
    path = program(tmp_path, "echo 'Error: parse error at values' >&2; exit 1")
    _, (problem,) = render_chart(path, request(), REMOTE, environ, "v1.37.2")
    assert "cannot be rendered (parse error at values)" in as_line(problem) and "seldon_core_values" in as_line(problem)


def test_missing_programs_are_named(tmp_path: Path, environ: dict[str, str]) -> None:
    program(tmp_path, "true", "kustomize")
    assert [str(problem.subject) for problem in check_programs(["kustomize", "no-such-program"], environ)] == [
        "program no-such-program"
    ]


@pytest.mark.parametrize(
    ("options", "environ", "count"),
    [
        ({}, {}, 0),
        ({"context": "x", "api_key": "t"}, {}, 0),
        ({"impersonate_user": "x"}, {}, 1),
        ({}, {"K8S_AUTH_IMPERSONATE_USER": "x", "K8S_AUTH_IMPERSONATE_GROUPS": "y"}, 2),
        ({"impersonate_user": "x"}, {"HELM_KUBEASUSER": "x"}, 0),
        ({"proxy": "http://p:1"}, {"HELM_KUBEASUSER": "x"}, 1),
        ({}, {"K8S_AUTH_PROXY": "http://p:1"}, 1),
        ({"proxy": "http://p:1"}, {"HTTPS_PROXY": "http://p:1"}, 0),
    ],
)
def test_credentials_and_a_proxy_that_helm_would_not_use(
    options: dict[str, Any], environ: dict[str, str], count: int
) -> None:
    assert len(check_connection(request(), options, environ)) == count
    assert check_connection(request(manage=False), options, environ) == []
