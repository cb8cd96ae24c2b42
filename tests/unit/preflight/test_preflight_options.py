# SPDX-License-Identifier: GPL-3.0-or-later
"""Options and chart sources that are invalid for every cluster."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.diagnosis.render import as_line
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.preflight import entry_point
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.preflight.charts import (
    chart_references,
    check_source,
)
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.preflight.options import (
    check_options,
    scoped,
)
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.preflight.report import report
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.preflight.request import (
    Request,
    parse_request,
)


def request(**options: Any) -> Request:
    defaults = {name: spec.get("default") for name, spec in entry_point.ARGUMENT_SPEC.items()}
    return parse_request({**defaults, "role_path": "/roles/seldon_core", **options})


def places(**options: Any) -> list[str]:
    return [str(problem.subject) for problem in check_options(request(**options))]


def server_config(name: Any = "gpu", **changes: Any) -> dict[str, Any]:
    return {"apiVersion": "mlops.seldon.io/v1alpha1", "kind": "ServerConfig", "metadata": {"name": name}, **changes}


def test_the_defaults_are_fine() -> None:
    assert check_options(request()) == []


@pytest.mark.parametrize(
    ("options", "where"),
    [
        ({"namespace": "Seldon"}, "seldon_core_namespace"),
        ({"version": "2.8.0"}, "seldon_core_version"),
        ({"values": {"controller": {"clusterwide": True}}}, "seldon_core_values.controller.clusterwide"),
        ({"values": {"controller": {"clusterwide": "false"}}}, "seldon_core_values.controller.clusterwide"),
        ({"values": {"controller": {"watchNamespaces": ["a"]}}}, "seldon_core_values.controller.watchNamespaces"),
        ({"values": {"controller": "x"}}, "seldon_core_values.controller"),
        ({"server_configs": [server_config(kind="Server")]}, "seldon_core_server_configs[0]"),
        ({"server_configs": [server_config(None)]}, "seldon_core_server_configs[0].metadata.name"),
        ({"server_configs": [server_config(metadata=None)]}, "seldon_core_server_configs[0].metadata.name"),
        ({"server_configs": [server_config(), server_config("triton")]}, "seldon_core_server_configs[1].metadata.name"),
        (
            {"server_configs": [server_config(metadata={"name": "a", "namespace": "b"})]},
            "seldon_core_server_configs[0].metadata.namespace",
        ),
        ({"server_configs": [server_config(), server_config()]}, "seldon_core_server_configs"),
    ],
)
def test_one_mistake_is_one_problem(options: dict[str, Any], where: str) -> None:
    assert places(**options) == [where]


def test_every_mistake_is_reported_at_once() -> None:
    found = places(namespace="-", version="3", values={"controller": {"clusterwide": True, "watchNamespaces": "a"}})
    assert len(found) == 4


def test_the_nearest_release_is_suggested() -> None:
    (problem,) = check_options(request(version="2.10.1"))
    assert problem.next_step == "set it to 2.10.2"


def test_a_platform_of_others_is_not_judged_by_charts() -> None:
    assert (
        places(
            manage=False,
            version="1",
            values={"controller": {"clusterwide": True}},
            server_configs=[server_config("mlserver")],
        )
        == []
    )


def test_without_a_role_options_have_their_own_names() -> None:
    assert places(role_path=None, version="1") == ["version"]


def test_scoped_values_keep_everything_else() -> None:
    values = {"controller": {"logLevel": "debug", "clusterwide": None}, "logging": {"logLevel": "info"}}
    assert scoped(values) == {
        "controller": {"logLevel": "debug", "clusterwide": False},
        "logging": {"logLevel": "info"},
    }
    assert scoped({}) == {"controller": {"clusterwide": False}}


@pytest.mark.parametrize(
    ("source", "reference", "repository", "version"),
    [
        ("https://charts.example/x/", "seldon-core-v2-crds", "https://charts.example/x", "2.9.1"),
        ("oci://r.example/charts", "oci://r.example/charts/seldon-core-v2-crds", "", "2.9.1"),
        ("/srv/charts/", "/srv/charts/seldon-core-v2-crds", "", ""),
    ],
)
def test_chart_references(source: str, reference: str, repository: str, version: str) -> None:
    chart = chart_references(source, "2.9.1")["seldon-core-v2-crds"]
    assert (chart.reference, chart.repository, chart.version) == (reference, repository, version)
    assert chart.is_local == (source.startswith("/"))


def source_problems(source: str) -> list[str]:
    return [
        as_line(problem) for problem in check_source(request(chart_source=source), chart_references(source, "2.10.2"))
    ]


def unpack(directory: Path, name: str, text: str) -> None:
    (directory / name).mkdir()
    (directory / name / "Chart.yaml").write_text(text)


def test_a_directory_with_both_charts_is_fine(tmp_path: Path) -> None:
    for name in ("seldon-core-v2-crds", "seldon-core-v2-setup"):
        unpack(tmp_path, name, f"name: {name}\nversion: 2.10.2\n")
    assert source_problems(str(tmp_path)) == []


def test_each_chart_of_a_directory_is_judged(tmp_path: Path) -> None:
    unpack(tmp_path, "seldon-core-v2-crds", "name: seldon-core-v2-crds\nversion: 2.9.1\n")
    wrong, missing = source_problems(str(tmp_path))
    assert (
        "is chart seldon-core-v2-crds 2.9.1; expected chart seldon-core-v2-crds 2.10.2; set seldon_core_version to 2.9.1"
        in wrong
    )
    assert "seldon-core-v2-setup/Chart.yaml: cannot be read (No such file or directory)" in missing


@pytest.mark.parametrize("text", ["[", "- a\n", "", "\x00", "name: other\nversion: 2.10.2\n"])
def test_a_broken_chart_is_a_problem_and_no_crash(tmp_path: Path, text: str) -> None:
    for name in ("seldon-core-v2-crds", "seldon-core-v2-setup"):
        unpack(tmp_path, name, text)
    assert len(source_problems(str(tmp_path))) == 2


def test_a_missing_directory_and_an_unknown_scheme() -> None:
    assert "directory /no/such does not exist" in source_problems("/no/such")[0]
    assert "unknown scheme" in source_problems("ftp://x/y")[0]


def test_one_problem_is_the_message_itself_and_more_are_counted() -> None:
    assert report(["a: b"]) == "a: b"
    assert report(["a: b", "c: d"]) == "2 problems, and nothing was written:\n  a: b\n  c: d"
