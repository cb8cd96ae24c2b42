# SPDX-License-Identifier: GPL-3.0-or-later
"""Monitoring and README of a tenant, on a cluster without the Prometheus Operator's kinds and then with its published
CRDs.
"""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterable, Iterator
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
import yaml
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.crd_keep.served import wait_until_served
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.kube.connection import connect
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.kube.errors import Invalid
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.kube.resources import (
    CUSTOM_RESOURCE_DEFINITION,
)
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.monitoring.objects import monitoring_objects
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.tenant.options.tenant_options import (
    parse_options,
)

from lab.errors import LabError
from lab.toolchain import find_go
from tests.integration.tenancy import Tenancy, actions, own_lab

OPERATOR = "github.com/prometheus-operator/prometheus-operator@v0.85.0"
KINDS = {
    "podmonitors": "PodMonitor",
    "servicemonitors": "ServiceMonitor",
    "prometheusrules": "PrometheusRule",
    "alertmanagerconfigs": "AlertmanagerConfig",
}
GROUP = "monitoring.coreos.com"
TEAM = """
apiVersion: mlops.seldon.io/v1alpha1
kind: Server
metadata: {name: inference}
spec: {serverConfig: mlserver}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: tenant-dashboard}
"""
MONITORING: dict[str, Any] = {
    "labels": {"release": "prometheus"},
    "receivers": [
        {"type": "slack", "channel": "#t", "secret": {"name": "alerting", "key": "slack"}},
        {"type": "webhook", "secret": {"name": "alerting", "key": "hook"}},
        {"type": "pagerduty", "secret": {"name": "alerting", "key": "pager"}},
        {
            "type": "email",
            "to": "t@example.org",
            "from": "a@example.org",
            "smarthost": "mail:587",
            "username": "u",
            "secret": {"name": "alerting", "key": "mail"},
        },
    ],
}
OBJECTS = [
    "AlertmanagerConfig tenant-alerts",
    "PodMonitor tenant-agent",
    "PodMonitor tenant-pipelinegateway",
    "PodMonitor tenant-server",
]
OBJECTS += ["PrometheusRule tenant-alerts", "ServiceMonitor tenant-envoy"]


def published_definitions(directory: Path) -> list[str]:
    """The CRDs that the Prometheus Operator publishes. Raises the error if they cannot be fetched."""
    go = find_go(print)
    command = [go.executable, "mod", "download", "-json", OPERATOR]
    answer = subprocess.run(command, cwd=directory, env=go.environment, capture_output=True, text=True, check=True)
    folder = Path(json.loads(answer.stdout)["Dir"]) / "example" / "prometheus-operator-crd"
    return [(folder / f"{GROUP}_{plural}.yaml").read_text() for plural in KINDS]


def stand_in_definition(plural: str, kind: str) -> str:
    """A CRD that accepts any fields."""
    version = "v1alpha1" if kind == "AlertmanagerConfig" else "v1"
    schema = {"openAPIV3Schema": {"type": "object", "x-kubernetes-preserve-unknown-fields": True}}
    names = {"plural": plural, "singular": kind.lower(), "kind": kind, "listKind": f"{kind}List"}
    versions = [{"name": version, "served": True, "storage": True, "schema": schema}]
    crd = {
        "apiVersion": "apiextensions.k8s.io/v1",
        "kind": "CustomResourceDefinition",
        "metadata": {"name": f"{plural}.{GROUP}"},
        "spec": {"group": GROUP, "names": names, "scope": "Namespaced", "versions": versions},
    }
    return json.dumps(crd)


def install_definitions(tenancy: Tenancy, crds: Iterable[str]) -> None:
    """Applies these CRDs, and waits until their kinds are served."""
    for crd in crds:
        tenancy.lab.kubectl("apply", "--server-side", "-f", "-", stdin=crd)
    client = connect({"kubeconfig": str(tenancy.lab.kubeconfig)})
    wait_until_served(client, client.list(CUSTOM_RESOURCE_DEFINITION))


@pytest.fixture(scope="module")
def module_lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Tenancy]:
    """A lab without the Prometheus Operator's kinds. Each test continues from the state of the previous one."""
    with own_lab(tmp_path_factory.mktemp("monitoring")) as found:
        found.install("2.10.2")
        yield found


@pytest.fixture(scope="module")
def definitions(module_lab: Tenancy, tmp_path_factory: pytest.TempPathFactory) -> str:
    """Installs the CRDs; returns their source: published, or a stand-in if they cannot be fetched."""
    try:
        crds, origin = published_definitions(tmp_path_factory.mktemp("crds")), "published"
    except (LabError, OSError, subprocess.SubprocessError, KeyError):
        crds, origin = [stand_in_definition(plural, kind) for plural, kind in KINDS.items()], "stand-in"
    install_definitions(module_lab, crds)
    return origin


@pytest.fixture
def team(tmp_path: Path) -> list[Path]:
    (tmp_path / "team.yaml").write_text(TEAM)
    return [tmp_path / "team.yaml"]


def monitored(result: Any) -> dict[str, str]:
    return {title: action for title, action in actions(result).items() if title.split()[0] in KINDS.values()}


def test_without_the_kinds_that_is_said_and_everything_else_is_there(
    module_lab: Tenancy, team: list[Path], tmp_path: Path
) -> None:
    out = tmp_path / "out"
    options: dict[str, Any] = {
        "monitoring": {**MONITORING, "directory": str(out)},
        "readme": {"directory": str(out), "contacts": ["#t"]},
    }
    predicted = module_lab.run("watched", team, check=True, **options)
    assert not out.exists()
    result = module_lab.done("watched", team, **options)
    assert actions(predicted) == actions(result) and predicted["files"] == result["files"]
    assert monitored(result) == {}
    [note] = [note for note in result["notes"] if note.startswith("monitoring:")]
    assert (
        "does not serve PodMonitor, ServiceMonitor, PrometheusRule, AlertmanagerConfig" in note
        and "kube-prometheus-stack" in note
    )
    assert actions(result)["ConfigMap tenant-dashboard"] == actions(result)["ConfigMap tenant-readme"] == "created"
    assert [
        left
        for left in result["left"]
        if "ConfigMap tenant-dashboard" in left and "tenant_namespace_monitoring" in left
    ]
    assert [obj["kind"] for obj in yaml.safe_load_all((out / "watched.yaml").read_text())].count("PodMonitor") == 3
    assert "| in use |" in (out / "watched.md").read_text()
    stored = module_lab.get("configmap", "tenant-readme", "watched")["data"]["README.md"]
    assert "| inference | mlserver | the platform" in stored and "- the team: \\#t" in stored

    mark = module_lab.lab.audit.mark()
    again = module_lab.done("watched", team, diff=True, **options)
    assert again["diff"] == [] and not again["changed"] and module_lab.writes(mark) == []
    assert {entry["action"] for entry in again["files"]} == {"unchanged"}


def test_the_team_may_write_over_what_is_only_read(module_lab: Tenancy, team: list[Path]) -> None:
    options: dict[str, Any] = {"monitoring": MONITORING, "readme": {"contacts": ["#t"]}}
    module_lab.patch("configmap", "tenant-readme", "watched", {"data": {"README.md": "ours"}})
    result = module_lab.done("watched", team, **options)
    assert (actions(result)["ConfigMap tenant-readme"], result["differs"]) == ("unchanged", True)
    assert module_lab.get("configmap", "tenant-readme", "watched")["data"]["README.md"] == "ours"
    taken = module_lab.done("watched", team, take_over=True, **options)
    assert actions(taken)["ConfigMap tenant-readme"] == "taken over"


def test_with_the_kinds_all_is_applied_and_stays_as_it_is(
    module_lab: Tenancy, definitions: str, team: list[Path]
) -> None:
    options: dict[str, Any] = {"monitoring": MONITORING, "readme": {"contacts": ["#t"]}}
    predicted = module_lab.run("watched", team, check=True, **options)
    result = module_lab.done("watched", team, **options)
    assert monitored(result) == monitored(predicted) == dict.fromkeys(OBJECTS, "created")
    assert [note for note in result["notes"] if note.startswith("monitoring:")] == []
    route = module_lab.get("alertmanagerconfig", "tenant-alerts", "watched")["spec"]["route"]
    assert [(entry["name"], entry["matchType"], entry["value"]) for entry in route["matchers"]] == [
        ("namespace", "=", "watched")
    ]
    mark = module_lab.lab.audit.mark()
    assert not module_lab.done("watched", team, **options)["changed"]
    assert module_lab.writes(mark) == []


def test_the_published_schemas_know_every_field_and_find_one_that_is_wrong(
    module_lab: Tenancy, definitions: str
) -> None:
    if definitions != "published":
        pytest.skip("the published CRDs could not be fetched")
    client = connect({"kubeconfig": str(module_lab.lab.kubeconfig)})
    discovery = client.discover()
    options = parse_options({"name": "watched", "monitoring": MONITORING}).monitoring
    objects = [obj for obj in monitoring_objects("watched", ["a", "b.c"], options) if obj["kind"] != "ConfigMap"]
    for obj in objects:
        resource = discovery.find(obj["apiVersion"], obj["kind"])
        assert resource is not None
        client.apply(resource, obj, field_manager="test", force=True, dry_run=True)
        wrong = deepcopy(obj)
        wrong["spec"]["unheardOf"] = 1
        with pytest.raises(Invalid, match="unheardOf"):
            client.apply(resource, wrong, field_manager="test", force=True, dry_run=True)


def test_turned_off_it_is_removed(module_lab: Tenancy, definitions: str, team: list[Path]) -> None:
    result = module_lab.done("watched", team, monitoring={"enabled": False}, readme={"enabled": False})
    removed = [*OBJECTS, "ConfigMap tenant-dashboard", "ConfigMap tenant-readme"]
    assert {title: action for title, action in actions(result).items() if action != "unchanged"} == dict.fromkeys(
        removed, "removed"
    )
    assert result["files"] == []
    assert module_lab.names("podmonitors", "watched") == set()
    assert not module_lab.done("watched", team, monitoring={"enabled": False}, readme={"enabled": False})["changed"]


def test_a_directory_that_cannot_be_is_refused_before_anything_is_written(
    module_lab: Tenancy, team: list[Path]
) -> None:
    said = module_lab.refused("unwritten", team, monitoring={"directory": str(team[0] / "x")})
    assert "tenant_namespace_monitoring.directory" in said
