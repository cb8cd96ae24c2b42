# SPDX-License-Identifier: GPL-3.0-or-later
"""Obstacles to a tenant on a cluster that is not new, and their messages."""

from __future__ import annotations

from pathlib import Path

import pytest
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.ownership.labels import TENANT

from tests.integration.tenancy import CENTRAL, PLATFORM, Tenancy, actions

RUNTIME = {
    "apiVersion": "mlops.seldon.io/v1alpha1",
    "kind": "SeldonRuntime",
    "metadata": {"name": "other"},
    "spec": {"seldonConfig": "default"},
}
SECRET = {
    "apiVersion": "v1",
    "kind": "Secret",
    "metadata": {"name": "seldon-rclone-gs-public"},
    "stringData": {"gs": "{}"},
}


def test_a_namespace_of_somebody_else_is_refused_and_adopted_on_demand(tenancy: Tenancy) -> None:
    theirs = {"team": "x", "pod-security.kubernetes.io/enforce": "privileged"}
    tenancy.lab.kubectl("create", "namespace", "theirs")
    tenancy.patch("namespace", "theirs", "", {"metadata": {"labels": theirs, "annotations": {"owner": "us"}}})
    said = tenancy.refused("theirs")
    assert (
        'Namespace theirs: exists and was not created for this tenant, but by "kubectl-create", "kubectl-patch"' in said
    )
    assert "tenant_namespace_adopt: true" in said
    assert actions(tenancy.done("theirs", adopt=True))["Namespace theirs"] == "taken over"
    metadata = tenancy.get("namespace", "theirs")["metadata"]
    assert metadata["labels"]["team"] == "x"
    assert metadata["labels"]["pod-security.kubernetes.io/enforce"] == "baseline"
    assert metadata["annotations"]["owner"] == "us"
    for adopt in (True, False):
        mark = tenancy.lab.audit.mark()
        assert not tenancy.done("theirs", adopt=adopt)["changed"]
        assert tenancy.writes(mark) == []


def test_what_pulls_images_survives_the_adoption(tenancy: Tenancy) -> None:
    tenancy.lab.kubectl("create", "namespace", "pulls")
    account = {
        "apiVersion": "v1",
        "kind": "ServiceAccount",
        "metadata": {"name": "default"},
        "imagePullSecrets": [{"name": "pull"}],
    }
    tenancy.apply(account, "--server-side", "-n", "pulls")
    result = tenancy.done("pulls", adopt=True, take_over=True)
    assert tenancy.get("serviceaccount", "default", "pulls")["imagePullSecrets"] == [{"name": "pull"}]
    assert actions(result)["ServiceAccount default"] == "updated"
    assert not [note for note in result["notes"] if note.startswith("ServiceAccount default")]
    assert tenancy.get("serviceaccount", "default", "pulls")["automountServiceAccountToken"] is False


def test_a_namespace_made_just_before_a_kill_is_gone_on_with(tenancy: Tenancy) -> None:
    """Kubernetes creates its own ServiceAccount in the namespace before the run's first object."""
    tenancy.done("killed", wait=False)
    tenancy.lab.kubectl("delete", "serviceaccount", "default", "-n", "killed")
    tenancy.lab.kubectl("wait", "--for=create", "serviceaccount/default", "-n", "killed", "--timeout=30s")
    tenancy.done("killed")
    assert tenancy.get("serviceaccount", "default", "killed")["automountServiceAccountToken"] is False
    assert not tenancy.done("killed")["changed"]


def test_what_was_not_waited_for_is_not_called_ready(tenancy: Tenancy) -> None:
    assert tenancy.done("hasty", wait=False)["waited"] is False
    assert tenancy.done("hasty")["waited"] is True


def test_a_terminating_namespace_is_refused(tenancy: Tenancy) -> None:
    tenancy.lab.kubectl("create", "namespace", "ending")
    held = {
        "apiVersion": "v1",
        "kind": "ConfigMap",
        "metadata": {"name": "held", "namespace": "ending", "finalizers": ["example.com/hold"]},
    }
    tenancy.apply(held)
    tenancy.lab.kubectl("delete", "namespace", "ending", "--wait=false")
    said = tenancy.refused("ending", adopt=True)
    assert "Namespace ending: is being deleted" in said and "wait until it is gone" in said
    tenancy.patch("configmap", "held", "ending", {"metadata": {"finalizers": None}})


def test_a_central_operator_that_watches_the_tenant_is_refused(tenancy: Tenancy) -> None:
    try:
        tenancy.install("2.10.2", "controller.clusterwide=true")
        said = tenancy.refused("watched")
    finally:
        tenancy.install("2.10.2")
    assert f"Deployment {PLATFORM}/{CENTRAL}: watches every namespace, watched among them" in said
    assert "two operators would overwrite each other's changes" in said and "--clusterwide=false" in said


def test_a_second_runtime_is_refused(tenancy: Tenancy) -> None:
    tenancy.done("twice")
    tenancy.apply(RUNTIME, "-n", "twice")
    said = tenancy.refused("twice")
    assert "SeldonRuntime other: is one of 2" in said
    assert "kubectl delete seldonruntime other -n twice" in said


def test_a_teams_own_rclone_secret_wins(tenancy: Tenancy) -> None:
    tenancy.done("rclone")
    tenancy.apply(SECRET, "-n", "rclone")
    mark = tenancy.lab.audit.mark()
    assert actions(tenancy.done("rclone"))["Secret seldon-rclone-gs-public"] == "kept"
    assert tenancy.writes(mark) == []


def test_a_service_account_of_the_platform_is_left(tenancy: Tenancy, tmp_path: Path) -> None:
    account = "apiVersion: v1\nkind: ServiceAccount\nmetadata:\n  name: {}\nautomountServiceAccountToken: true\n"
    (tmp_path / "accounts.yaml").write_text("---\n".join(account.format(name) for name in ("default", "robot", "own")))
    result = tenancy.done("accounts", [tmp_path], service_accounts=[{"name": "robot", "role": "deployer"}])
    assert [line.split(":")[1].split("  ")[1] for line in result["left"]] == [
        "ServiceAccount default",
        "ServiceAccount robot",
    ]
    tokens = {
        name: tenancy.get("serviceaccount", name, "accounts")["automountServiceAccountToken"]
        for name in ("default", "robot", "own")
    }
    assert tokens == {"default": False, "robot": False, "own": True}


@pytest.mark.parametrize("tight", [{"requests.memory": "1Gi"}, {"pods": "0"}])
def test_a_quota_that_is_too_small_shows_what_was_refused(tenancy: Tenancy, tight: dict[str, str]) -> None:
    tenant = "tight-" + next(iter(tight)).replace(".", "-")
    tenancy.done(tenant, quota=tight, wait=False, checks="warn")
    tenancy.until(
        "an event reports it",
        lambda: "exceeded quota" in tenancy.lab.kubectl("get", "events", "-n", tenant, "-o", "yaml"),
    )
    result = tenancy.run(tenant, quota=tight, wait_timeout=6, checks="warn")
    assert result["failed"]
    assert f"SeldonRuntime {tenant}/seldon: " in result["msg"]
    assert "exceeded quota: tenant-quota" in result["msg"] and next(iter(tight)) in result["msg"]


def test_an_operator_that_crashes_shows_why(tenancy: Tenancy) -> None:
    """The cause is an edit of the central Deployment, whose image every tenant's operator uses."""
    container = tenancy.get("deployment", CENTRAL, PLATFORM)["spec"]["template"]["spec"]["containers"][0]
    image = ("set", "image", f"deployment/{CENTRAL}", "-n", PLATFORM)
    pods = ("get", "pods", "-n", PLATFORM, "-l", f"{TENANT}=crashing", "-o", "yaml")
    try:
        tenancy.lab.kubectl(*image, f"{container['name']}={container['image'].rpartition(':')[0]}:2.3.0")
        tenancy.done("crashing", wait=False)
        tenancy.until("the operator has crashed", lambda: "exitCode: 2" in tenancy.lab.kubectl(*pods))
        result = tenancy.run("crashing", wait_timeout=6)
    finally:
        tenancy.lab.kubectl(*image, f"{container['name']}={container['image']}")
        tenancy.lab.kubectl("rollout", "status", f"deployment/{CENTRAL}", "-n", PLATFORM, "--timeout=60s")
    assert result["failed"]
    assert "Pod seldon-system/seldon-v2-controller-manager-crashing-" in result["msg"]
    assert "CrashLoopBackOff" in result["msg"] or "restarted " in result["msg"]
    assert "it ended with exit code 2" in result["msg"] and "kubectl logs -n seldon-system" in result["msg"]
    tenancy.done("crashing")
