# SPDX-License-Identifier: GPL-3.0-or-later
"""A team's folder, applied by the playbook's task, by kubectl, and by both in every order."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from lab.layout import REPOSITORY
from tests.integration.tenancy import Result, Tenancy, actions

FOLDERS = REPOSITORY / "tests" / "fixtures" / "team-folders"
EXAMPLE = REPOSITORY / "examples" / "fraud-detection" / "k8s" / "base"
KINDS = "servers,serverconfigs,models,experiments"
BY_HAND = {"client-side": [], "server-side": ["--server-side", "--force-conflicts"]}


def copy(source: Path, target: Path, tenant: str) -> Path:
    """A copy of the folder for another tenant."""
    shutil.copytree(source, target)
    for file in target.glob("*.yaml"):
        file.write_text(
            file.read_text()
            .replace("namespace: fraud-detection", f"namespace: {tenant}")
            .replace("name: fraud-detection\n", f"name: {tenant}\n")
        )
    return target


def change(folder: Path) -> Path:
    """Changes the memory of the team's Models and the image of its ServerConfig."""
    models = [
        (f"model-fraud-{name}.yaml", "memory: 100Ki", "memory: 300Ki") for name in ("v1-baseline", "v2-candidate")
    ]
    for name, before, after in (*models, ("server-config.yaml", "mlserver:1.7.1", "mlserver:1.7.2")):
        text = (folder / name).read_text()
        assert before in text
        (folder / name).write_text(text.replace(before, after))
    return folder


def apply(tenancy: Tenancy, folder: Path, style: str) -> None:
    tenancy.lab.kubectl("apply", *BY_HAND[style], "-k", str(folder))


def generations(tenancy: Tenancy, tenant: str) -> dict[str, int]:
    items = json.loads(tenancy.lab.kubectl("get", KINDS, "-n", tenant, "-o", "json"))["items"]
    return {f"{obj['kind']} {obj['metadata']['name']}": obj["metadata"]["generation"] for obj in items}


def specs(tenancy: Tenancy, tenant: str) -> dict[str, object]:
    items = json.loads(tenancy.lab.kubectl("get", KINDS, "-n", tenant, "-o", "json"))["items"]
    return {f"{obj['kind']} {obj['metadata']['name']}": obj["spec"] for obj in items}


def untouched(tenancy: Tenancy, tenant: str, folder: Path, **options: Any) -> dict[str, str]:
    """Asserts that a run writes nothing and changes no object; returns its action for each object."""
    return actions(unwritten(tenancy, tenant, folder, **options))


def unwritten(tenancy: Tenancy, tenant: str, folder: Path, **options: Any) -> Result:
    """The result of a run that writes nothing and changes no object."""
    before, mark = generations(tenancy, tenant), tenancy.lab.audit.mark()
    result = tenancy.done(tenant, [folder], **options)
    assert tenancy.writes(mark) == []
    assert not result["changed"]
    assert generations(tenancy, tenant) == before
    return result


def test_a_full_folder_is_applied_and_left_as_documented(tenancy: Tenancy, tmp_path: Path) -> None:
    folder = copy(FOLDERS / "full" / "k8s" / "base", tmp_path / "base", "full")
    result = tenancy.done("full", [folder])
    assert {line.split("  ")[1].split(":")[0] for line in result["left"]} == {
        "Namespace full",
        "ResourceQuota team-quota",
        "LimitRange team-limits",
        "Role fraud-jobs",
        "RoleBinding fraud-jobs",
        "NetworkPolicy fraud-detection-network-policy",
        "SeldonRuntime seldon",
        "ServiceMonitor fraud-detection-models",
        "PrometheusRule fraud-alerts",
    }
    assert all(f"{folder}" in line and ".yaml:" in line for line in result["left"])
    assert tenancy.names("resourcequotas", "full") == {"tenant-quota"}
    assert all(name.startswith("tenant-") for name in tenancy.names("networkpolicies", "full"))
    assert "fraud-jobs" not in tenancy.names("roles", "full")
    server = tenancy.get("server", "mlserver", "full")
    assert server["spec"]["serverConfig"] == "mlserver-config"
    assert server["metadata"]["annotations"]["docs"] == "https://wiki.example.com/fraud"
    assert {c["type"]: c["status"] for c in server["status"]["conditions"]}["Ready"] == "True"
    assert tenancy.get("deployment", "feature-cache", "full")["status"]["readyReplicas"] == 1
    stored = tenancy.get("serverconfig", "mlserver-config", "full")["spec"]["podSpec"]["containers"][0]
    assert stored["args"] == ["{{ lookup('pipe', 'id') }}"]
    assert set(untouched(tenancy, "full", folder).values()) == {"unchanged"}


def test_kubectl_over_the_full_folder_is_neither_fought_nor_reverted(tenancy: Tenancy, tmp_path: Path) -> None:
    """kubectl also applies the folder's Namespace, quota and roles, and fails at the end because of a kind that is not
    served.
    """
    folder = copy(FOLDERS / "full" / "k8s" / "base", tmp_path / "base", "full-by-hand")
    tenancy.done("full-by-hand", [folder])
    for _ in range(2):
        with pytest.raises(subprocess.CalledProcessError) as failed:
            tenancy.lab.kubectl("apply", "-k", str(folder))
        assert "ServiceMonitor" in failed.value.stderr and "server.mlops.seldon.io/mlserver" in failed.value.output
    assert set(untouched(tenancy, "full-by-hand", folder).values()) == {"unchanged"}


def test_another_namespace_is_refused_with_every_reason(tenancy: Tenancy) -> None:
    said = tenancy.refused("recommendation", [FOLDERS / "another-namespace"])
    for line, words in (
        (1, '"fraud-detection" is not the tenant\'s namespace recommendation'),
        (9, '"recommendation-engine" is not the tenant\'s namespace'),
        (18, "ask the platform team for a tenant of that name"),
        (23, "belongs to the whole cluster"),
        (36, "did you mean Model"),
    ):
        assert any(words in entry and f"server.yaml:{line}  " in entry for entry in said.splitlines()), (line, said)
    assert tenancy.lab.kubectl("get", "namespace", "recommendation", "--ignore-not-found") == ""


@pytest.mark.parametrize("style", BY_HAND)
def test_by_hand_reaches_the_same_state_and_stays(tenancy: Tenancy, tmp_path: Path, style: str) -> None:
    tenant, twin = f"hand-{style}", f"role-{style}"
    folder = copy(EXAMPLE, tmp_path / "base", tenant)
    without_readme = {"readme": {"enabled": False}}  # it would list the team's own objects
    tenancy.done(tenant, **without_readme)
    apply(tenancy, folder, style)
    assert set(untouched(tenancy, tenant, folder, **without_readme).values()) == {"unchanged", "left alone"}
    tenancy.done(twin, [copy(EXAMPLE, tmp_path / "twin", twin)])
    assert specs(tenancy, tenant) == specs(tenancy, twin)
    apply(tenancy, change(folder), style)
    assert generations(tenancy, tenant)["ServerConfig mlserver-config"] == 2
    untouched(tenancy, tenant, folder, **without_readme)


@pytest.mark.parametrize("style", BY_HAND)
def test_what_the_team_edits_after_the_playbook_is_its_own(tenancy: Tenancy, tmp_path: Path, style: str) -> None:
    tenant = f"edited-{style}"
    old = copy(EXAMPLE, tmp_path / "old", tenant)
    tenancy.done(tenant, [old])
    new = change(copy(EXAMPLE, tmp_path / "new", tenant))
    apply(tenancy, new, style)
    result = unwritten(tenancy, tenant, old)
    manager = {"client-side": "kubectl-client-side-apply", "server-side": "kubectl"}[style]
    assert {
        (entry["name"], held["field"], *held["owners"]) for entry in result["objects"] for held in entry["held"]
    } == {
        ("fraud-v1-baseline", ".spec.memory", manager),
        ("fraud-v2-candidate", ".spec.memory", manager),
        ("mlserver-config", '.spec.podSpec.containers[name="mlserver"].image', manager),
    }
    assert result["differs"] and not unwritten(tenancy, tenant, new)["differs"]
