# SPDX-License-Identifier: GPL-3.0-or-later
"""A team with its own credentials: it deploys its own objects, and the API server refuses everything else."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.isolation.guard.options import GuardOptions
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.isolation.guard.policy import policies
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.kube.connection import connect

from lab.layout import REPOSITORY
from tests.integration.access_world import (
    ACCESS,
    OPERATOR,
    OTHER,
    OUTSIDERS,
    OWN,
    RUNTIME_ACCOUNTS,
    SERVICE_ACCOUNTS,
    TEAM,
)
from tests.integration.hostile_requests import HOSTILE, Hostile
from tests.integration.personas import Persona, admin
from tests.integration.tenancy import PLATFORM, USER_AGENT, Tenancy

EXAMPLES = sorted(path.parent for path in (REPOSITORY / "examples").glob("*/k8s/base/kustomization.yaml"))
OFFERS = ("Secret", "ServerConfig", "ConfigMap")
"""Kinds of which the team's objects replace the platform's."""


def kubectl(
    tenancy: Tenancy, asking: Persona, *arguments: str, stdin: str | None = None
) -> subprocess.CompletedProcess[str]:
    """Runs kubectl with only the persona's credential."""
    environment = {
        "PATH": str(tenancy.lab.bin),
        "KUBECONFIG": str(asking.kubeconfig),
        "HOME": str(asking.kubeconfig.parent),
    }
    return subprocess.run(
        [tenancy.lab.bin / "kubectl", *arguments],
        env=environment,
        input=stdin,
        capture_output=True,
        text=True,
        check=False,
    )


def kubectl_succeeds(tenancy: Tenancy, asking: Persona, *arguments: str, stdin: str | None = None) -> str:
    answer = kubectl(tenancy, asking, *arguments, stdin=stdin)
    assert answer.returncode == 0, answer.stderr
    return answer.stdout


def forbidden(tenancy: Tenancy, asking: Persona, *arguments: str, stdin: str | None = None) -> None:
    answer = kubectl(tenancy, asking, *arguments, stdin=stdin)
    assert answer.returncode != 0 and "(Forbidden)" in answer.stderr and " cannot " in answer.stderr, (
        answer.stdout + answer.stderr
    )


@pytest.fixture
def deployers(tenancy: Tenancy, personas: dict[str, Persona]) -> dict[str, Persona]:
    """A deployer of each example's team."""
    return {OWN: personas["deployer"], OTHER: personas["other team's deployer"]}


# The team's permitted actions


@pytest.mark.parametrize("how", [(), ("--server-side",)], ids=["client-side", "server-side"])
@pytest.mark.parametrize("folder", EXAMPLES, ids=lambda path: path.parent.parent.name)
def test_an_example_is_deployed_by_its_teams_own_deployer(
    tenancy: Tenancy, deployers: dict[str, Persona], folder: Path, how: tuple[str, ...]
) -> None:
    tenant = folder.parents[1].name
    asking = deployers[tenant]
    try:
        applied = kubectl_succeeds(tenancy, asking, "apply", *how, "-k", str(folder)).splitlines()
        assert len(applied) >= 4 and all(line.endswith(("created", "serverside-applied")) for line in applied)
        kinds = "servers.mlops.seldon.io,models.mlops.seldon.io"
        kubectl_succeeds(
            tenancy, asking, "wait", "--for=condition=Ready", kinds, "--all", "-n", tenant, "--timeout=90s"
        )
        assert "created" not in kubectl_succeeds(tenancy, asking, "apply", *how, "-k", str(folder))
    finally:
        kubectl_succeeds(tenancy, asking, "delete", "--ignore-not-found", "-k", str(folder), "--timeout=90s")


def test_the_platforms_run_leaves_what_the_team_has_deployed(tenancy: Tenancy, personas: dict[str, Persona]) -> None:
    [folder] = [path for path in EXAMPLES if path.parents[1].name == OWN]
    kubectl_succeeds(tenancy, personas["deployer"], "apply", "-k", str(folder))
    try:
        result = tenancy.done(OWN, [folder], access=ACCESS[OWN], service_accounts=SERVICE_ACCOUNTS)
        assert [
            entry["name"] for entry in result["objects"] if entry["action"] in ("created", "updated", "deleted")
        ] == ["tenant-readme"]
        assert {
            e["action"] for e in result["objects"] if e["kind"] in ("Server", "ServerConfig", "Model", "Experiment")
        } == {"left alone"}
    finally:
        kubectl_succeeds(tenancy, personas["deployer"], "delete", "-k", str(folder), "--timeout=90s")


def test_a_deployer_scales_a_server_and_a_model_and_nothing_of_the_platform(
    tenancy: Tenancy, personas: dict[str, Persona]
) -> None:
    [folder] = [path for path in EXAMPLES if path.parents[1].name == OWN]
    asking = personas["deployer"]
    kubectl_succeeds(tenancy, asking, "apply", "-k", str(folder))
    try:
        for target in ("server.mlops.seldon.io/mlserver", "model.mlops.seldon.io/fraud-v1-baseline"):
            assert "scaled" in kubectl_succeeds(tenancy, asking, "scale", target, "--replicas=1", "-n", OWN)
            forbidden(tenancy, personas["viewer"], "scale", target, "--replicas=0", "-n", OWN)
        for target in ("statefulset/mlserver", "statefulset/seldon-scheduler", "deployment/seldon-envoy"):
            forbidden(tenancy, asking, "scale", target, "--replicas=0", "-n", OWN)
        status = (
            "patch",
            "server.mlops.seldon.io",
            "mlserver",
            "-n",
            OWN,
            "--type=merge",
            "-p",
            '{"status": {"replicas": 9}}',
        )
        forbidden(tenancy, asking, *status, "--subresource=status")
        for viewing in ("viewer", "deployer", "owner"):
            assert "mlserver" in kubectl_succeeds(
                tenancy, personas[viewing], "get", "servers,serverconfigs,models,pods,resourcequotas", "-n", OWN
            )
    finally:
        kubectl_succeeds(tenancy, asking, "delete", "-k", str(folder), "--timeout=90s")


def test_a_secret_is_created_and_replaced_without_being_read(tenancy: Tenancy, personas: dict[str, Persona]) -> None:
    def secret(value: str) -> str:
        return json.dumps(
            {
                "apiVersion": "v1",
                "kind": "Secret",
                "metadata": {"name": "storage", "namespace": OWN},
                "stringData": {"rclone": value},
            }
        )

    asking = personas["deployer"]
    try:
        assert "created" in kubectl_succeeds(tenancy, asking, "create", "-f", "-", stdin=secret("first"))
        assert "replaced" in kubectl_succeeds(tenancy, asking, "replace", "-f", "-", stdin=secret("second"))
        assert tenancy.get("secret", "storage", OWN)["data"] == {"rclone": "c2Vjb25k"}
        forbidden(tenancy, asking, "apply", "-f", "-", stdin=secret("third"))
        forbidden(tenancy, asking, "apply", "--server-side", "-f", "-", stdin=secret("third"))
        for reading in ("viewer", "deployer", "owner", "automation", "nobody"):
            forbidden(tenancy, personas[reading], "get", "secret", "storage", "-n", OWN)
        # Patch and delete are not granted because both answer with the Secret's content, a dry run of delete too.
        path = f"/api/v1/namespaces/{OWN}/secrets/storage"
        tried = {"kind": "DeleteOptions", "apiVersion": "v1", "propagationPolicy": "Foreground", "dryRun": ["All"]}
        assert admin(tenancy.lab).request("PATCH", path, {}, "application/merge-patch+json").body["data"] == {
            "rclone": "c2Vjb25k"
        }
        assert admin(tenancy.lab).request("DELETE", path, tried).body["data"] == {"rclone": "c2Vjb25k"}
    finally:
        tenancy.lab.kubectl("delete", "secret", "storage", "-n", OWN, "--ignore-not-found")


def test_an_owner_clears_away_pods_and_claims(tenancy: Tenancy, personas: dict[str, Persona]) -> None:
    claim = {"apiVersion": "v1", "kind": "PersistentVolumeClaim", "metadata": {"name": "old", "namespace": OWN}}
    tenancy.apply({**claim, "spec": {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "1Mi"}}}})
    forbidden(tenancy, personas["deployer"], "delete", "pvc", "old", "-n", OWN)
    kubectl_succeeds(tenancy, personas["owner"], "delete", "pvc", "old", "-n", OWN)
    for asking in ("viewer", "deployer", "nobody"):
        forbidden(tenancy, personas[asking], "delete", "pod", "seldon-scheduler-0", "-n", OWN)
    kubectl_succeeds(tenancy, personas["owner"], "delete", "pod", "--dry-run=server", "seldon-scheduler-0", "-n", OWN)


def test_a_pod_of_the_default_account_gets_no_token(tenancy: Tenancy, personas: dict[str, Persona]) -> None:
    pod = json.loads(
        tenancy.lab.kubectl("run", "p", "--image=registry.example/p:1", "-n", OWN, "--dry-run=server", "-o", "json")
    )
    assert pod["spec"]["serviceAccountName"] == "default" and not pod["spec"].get("volumes")


# The team's forbidden actions


def assert_refused(hostile: Hostile, asking: Persona) -> None:
    """Asserts that the request is refused because of missing permissions, and for no other reason."""
    answer = hostile.send(asking)
    assert (answer.code, answer.body.get("reason")) == (403, "Forbidden"), (
        f"{hostile.method} {hostile.path}: {answer.code} {answer.message}"
    )
    assert " cannot " in answer.message, answer.message


def guard_rails(tenancy: Tenancy, tenant: str) -> dict[str, dict[str, Any]]:
    """The live objects of the platform's run by path, without those that the team's replace."""
    tenancy.done(
        tenant, access=ACCESS[tenant], service_accounts=SERVICE_ACCOUNTS
    )  # its README lists objects of other tests
    result = tenancy.done(tenant, access=ACCESS[tenant], service_accounts=SERVICE_ACCOUNTS)
    assert not result["changed"], [entry for entry in result["objects"] if entry["action"] != "unchanged"]
    discovery = connect({"kubeconfig": str(tenancy.lab.kubeconfig)}).discover()
    found = {}
    for entry in result["objects"]:
        resource = discovery.find(entry["api_version"], entry["kind"])
        if entry["kind"] not in OFFERS and resource:
            path = resource.path(entry["namespace"] or None, entry["name"])
            found[path] = admin(tenancy.lab).request("GET", path).body
    return found


def content(objects: dict[str, dict[str, Any]]) -> dict[str, Any]:
    """The content and uid of each object."""
    unsteady = ("annotations", "generation", "managedFields", "resourceVersion")
    return {
        path: {
            **{k: v for k, v in obj.items() if k != "status"},
            "metadata": {k: v for k, v in obj["metadata"].items() if k not in unsteady},
        }
        for path, obj in objects.items()
    }


def test_nobody_around_the_team_changes_or_deletes_what_the_platform_has_put_there(
    tenancy: Tenancy, personas: dict[str, Persona]
) -> None:
    before = guard_rails(tenancy, OWN)
    kinds = {obj["kind"] for obj in before.values()}
    assert {
        "Namespace",
        "ResourceQuota",
        "LimitRange",
        "Role",
        "RoleBinding",
        "ServiceAccount",
        "Deployment",
        "SeldonConfig",
        "SeldonRuntime",
    } <= kinds
    for name in (*TEAM, *RUNTIME_ACCOUNTS, *OUTSIDERS):
        for path in before:
            assert_refused(Hostile("PATCH", path, {"metadata": {"labels": {"a": "b"}}}), personas[name])
            assert_refused(Hostile("DELETE", path), personas[name])
    assert content(guard_rails(tenancy, OWN)) == content(before)


def test_the_scoping_guard_is_out_of_the_teams_reach_and_lets_its_example_pass(
    tenancy: Tenancy, personas: dict[str, Persona]
) -> None:
    objects = policies(GuardOptions(), PLATFORM)
    names = [f"{obj['kind']}/{obj['metadata']['name']}" for obj in objects]
    tenancy.lab.kubectl(
        "apply", "--server-side", "-f", "-", stdin=json.dumps({"apiVersion": "v1", "kind": "List", "items": objects})
    )
    try:
        plurals = {
            "ValidatingAdmissionPolicy": "validatingadmissionpolicies",
            "ValidatingAdmissionPolicyBinding": "validatingadmissionpolicybindings",
        }
        for obj in objects:
            path = f"/apis/admissionregistration.k8s.io/v1/{plurals[obj['kind']]}/{obj['metadata']['name']}"
            for name in (*TEAM, *RUNTIME_ACCOUNTS, "operator", *OUTSIDERS):
                assert_refused(Hostile("PATCH", path, {"spec": {"validationActions": ["Warn"]}}), personas[name])
                assert_refused(Hostile("DELETE", path), personas[name])
        [folder] = [path for path in EXAMPLES if path.parents[1].name == OWN]
        kubectl_succeeds(tenancy, personas["deployer"], "apply", "-k", str(folder))
        kubectl_succeeds(tenancy, personas["deployer"], "delete", "-k", str(folder), "--timeout=90s")
    finally:
        tenancy.lab.kubectl("delete", *names)


@pytest.mark.parametrize("persona", ["deployer", "owner"])
def test_kubectl_delete_of_the_guard_rails_is_refused(
    tenancy: Tenancy, personas: dict[str, Persona], persona: str
) -> None:
    targets = [
        "resourcequota/tenant-quota",
        "limitrange/tenant-limits",
        "role/tenant-viewer",
        "rolebinding/tenant-owner",
        "seldonruntime/seldon",
        f"namespace/{OWN}",
    ]
    for target in targets:
        forbidden(tenancy, personas[persona], "delete", target, "-n", OWN, "--wait=false")
    forbidden(tenancy, personas[persona], "delete", f"deployment/{OPERATOR}", "-n", PLATFORM, "--wait=false")
    assert not guard_rails(tenancy, OWN)[f"/api/v1/namespaces/{OWN}"]["metadata"].get("deletionTimestamp")


@pytest.mark.parametrize("name", [name for name, hostile in HOSTILE.items() if hostile.valid])
def test_an_administrator_could(tenancy: Tenancy, personas: dict[str, Persona], name: str) -> None:
    """The requests are well-formed, so missing permissions are the reason why the team's are refused; at most an
    admission policy refuses them too.
    """
    answer = HOSTILE[name].send(admin(tenancy.lab), dry_run=True)
    second_lock = "ValidatingAdmissionPolicy" in answer.message or "violates PodSecurity" in answer.message
    assert answer.code in (200, 201, 202) or second_lock, f"{answer.code} {answer.message}"


@pytest.mark.parametrize("persona", ["deployer", "owner", "automation"])
def test_hostile_requests_are_refused(tenancy: Tenancy, personas: dict[str, Persona], persona: str) -> None:
    assert len(HOSTILE) > 60
    before = guard_rails(tenancy, OWN)
    for hostile in HOSTILE.values():
        assert_refused(hostile, personas[persona])
    assert content(guard_rails(tenancy, OWN)) == content(before)


def test_a_team_folder_that_grants_permissions_is_refused_before_anything_is_written(
    tenancy: Tenancy, tmp_path: Path
) -> None:
    objects = (
        ("rules[0].apiGroups", "wildcard", HOSTILE["makes a Role with wildcards"]),
        ("rules[0].verbs", "permissions that nobody granted", HOSTILE["makes a Role with escalate and bind"]),
        ("roleRef", '"cluster-admin"', HOSTILE["binds itself to cluster-admin"]),
        ("kind", "belongs to the whole cluster", HOSTILE["binds itself to cluster-admin everywhere"]),
        ("kind", "belongs to the whole cluster", HOSTILE["makes a ClusterRole that joins view"]),
    )
    for number, (field, words, hostile) in enumerate(objects):
        path = tmp_path / f"{number}.yaml"
        path.write_text(json.dumps(hostile.body))
        said = tenancy.refused(OWN, [path], access=ACCESS[OWN], service_accounts=SERVICE_ACCOUNTS)
        assert path.name in said and f"{field}: " in said and words in said, said


def test_debugging_goes_when_it_is_no_longer_asked_for(tenancy: Tenancy) -> None:
    access = {"owners": {"users": ["olga"]}}
    notes = tenancy.done("debugged", access={**access, "debug": True})["notes"]
    assert [note for note in notes if "run commands in pods" in note]
    assert "tenant-debug" in tenancy.names("roles", "debugged") and "tenant-debug" in tenancy.names(
        "rolebindings", "debugged"
    )
    assert not [note for note in tenancy.done("debugged", access=access)["notes"] if "run commands in pods" in note]
    assert "tenant-debug" not in tenancy.names("roles", "debugged") | tenancy.names("rolebindings", "debugged")


def test_names_of_the_cluster_are_refused_before_the_first_request(tenancy: Tenancy) -> None:
    mark = tenancy.lab.audit.mark()
    result = tenancy.run("refused", access={"owners": {"groups": ["system:masters"]}})
    assert result["failed"] and "tenant_namespace_access.owners.groups[0]" in result["msg"]
    assert [r for r in tenancy.lab.audit.since(mark) if r.user_agent.startswith(USER_AGENT)] == []
