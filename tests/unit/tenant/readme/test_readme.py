# SPDX-License-Identifier: GPL-3.0-or-later
"""The README of a tenant's namespace: complete, stable between runs, and only text."""

from __future__ import annotations

import re
from typing import Any

import pytest
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.kube.amounts import whole
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.quota.report import Line, Verdict
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.tenant.options.tenant_options import (
    OptionsError,
    parse_options,
)
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.tenant.readme.markdown import text
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.tenant.readme.render import (
    MOST,
    readme,
    readme_config_map,
)
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.tenant.render import render_tenant
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.tenant.snapshot import TenantSnapshot
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.tenant.builders import KubeObject, applied_by, platform, seldon, server, server_config

TEAM = [
    server("mlserver", "own"),
    server("other", "triton"),
    server_config("own"),
    seldon("Model", "fraud"),
    seldon("Experiment", "ab"),
    seldon("Pipeline", "chain"),
]
LINE = Line("tenant-quota", "pods", whole(10), whole(3), whole(1), None, whole(0), True, Verdict.FITS, "10")


def rendered(*team: KubeObject, use: Any = (), live: TenantSnapshot | None = None, **options: Any) -> str:
    parsed = parse_options({"name": "t", **options})
    plan = render_tenant(parsed, platform(), team, live or TenantSnapshot())
    return readme(parsed, plan, team, use)


def test_what_the_reader_wants_to_know() -> None:
    shown = rendered(
        *TEAM,
        readme={"description": "Finds fraud.", "contacts": ["#fraud"], "platform_contacts": ["platform team"]},
        access={"owners": {"groups": ["leads"]}, "deployers": {"groups": ["engineers"]}},
        service_accounts=[{"name": "deployer", "role": "deployer"}],
        quota={"pods": "10", "requests.cpu": "20"},
    )
    assert "# t\n\nFinds fraud\\.\n" in shown
    assert "- the team: \\#fraud" in shown and "- the platform team: platform team" in shown
    assert "| owners (Role `tenant-owner`) | leads |" in shown
    assert "| deployers (Role `tenant-deployer`) | engineers, ServiceAccount deployer |" in shown
    assert "| viewers (Role `tenant-viewer`) | nobody |" in shown
    assert "| `pods` | 10 |" in shown and "| `requests.cpu` | 20 |" in shown
    assert "| mlserver | own | this namespace, the team's own |" in shown
    assert "| other | triton | the platform (seldon\\-system), a copy of it in this namespace |" in shown
    assert "- Models: fraud\n- Experiments: ab\n- Pipelines: chain" in shown
    assert "http://seldon-mesh.t.svc/v2/models/<model>/infer" in shown
    assert "--limit t`" in shown and "no receiver is set" in shown


def test_what_moves_by_itself_stands_only_where_it_is_asked_for() -> None:
    assert "in use |" not in rendered(*TEAM, quota={"pods": "10"})
    assert "| tenant\\-quota `pods` | 10 | 4 | 40 % |" in rendered(*TEAM, quota={"pods": "10"}, use=[LINE])


def test_the_order_of_manifests_changes_nothing() -> None:
    assert rendered(*TEAM) == rendered(*reversed(TEAM)) == rendered(*TEAM)


def test_models_that_the_team_applied_by_itself_are_there() -> None:
    live = TenantSnapshot(
        models=[applied_by(seldon("Model", "by-hand"), "kubectl"), applied_by(seldon("Model", "fraud"), "kubectl")]
    )
    assert "- Models: by\\-hand, fraud\n" in rendered(*TEAM, live=live)


def test_long_lists_end() -> None:
    shown = rendered(*(seldon("Model", f"m{number:04}") for number in range(MOST + 5)))
    assert f"m{MOST - 1:04} and 5 more" in shown


def test_without_monitoring_nothing_is_said_of_it() -> None:
    assert "Grafana" in rendered() and "Grafana" not in rendered(monitoring=False)


def test_the_config_map_holds_it() -> None:
    options = parse_options({"name": "t"})
    plan = render_tenant(options, platform(), TEAM, TenantSnapshot())
    config_map = readme_config_map(options, plan, TEAM)
    assert config_map["metadata"]["name"] == "tenant-readme" and config_map["metadata"]["namespace"] == "t"
    assert config_map["data"] == {"README.md": readme(options, plan, TEAM)}


def test_a_name_cannot_format_or_link_anything() -> None:
    config = "[click](http://evil.example) <script> | x\n# heading"
    shown = rendered(server("s", config))
    [row] = [line for line in shown.splitlines() if "evil" in line]
    assert re.sub(r"\\.", "", row).count("|") == 4
    assert re.findall(r"(?<!\\)[\[<]", row) == []


@given(st.text(max_size=60))
def test_text_keeps_to_one_line_and_every_mark_is_escaped(value: str) -> None:
    shown = text(value)
    assert len(shown.splitlines()) <= 1
    assert re.sub(r"\\(.)", r"\1", shown) == " ".join(value.split())
    assert not re.search(r"[`*_\[\]<>|#!&@:]", re.sub(r"\\.", "", shown))


@pytest.mark.parametrize(
    ("given_options", "field"),
    [
        ({"contact": "x"}, "tenant_namespace_readme.contact"),
        ({"contacts": "x"}, "tenant_namespace_readme.contacts"),
        ({"contacts": ["a\nb"]}, "tenant_namespace_readme.contacts[0]"),
        ({"description": 5}, "tenant_namespace_readme.description"),
        ({"directory": "../x"}, "tenant_namespace_readme.directory"),
        ({"enabled": "yes"}, "tenant_namespace_readme.enabled"),
    ],
)
def test_wrong_options_are_refused_by_name(given_options: Any, field: str) -> None:
    with pytest.raises(OptionsError, match=re.escape(field)):
        parse_options({"name": "t", "readme": given_options})
