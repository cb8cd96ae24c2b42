# SPDX-License-Identifier: GPL-3.0-or-later
"""The role `seldon_core` on a separate, empty lab. Each test continues from the state of the previous one."""

from __future__ import annotations

import base64
import gzip
import json
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from lab.apiserver_endpoints import ADDRESS
from lab.layout import REPOSITORY
from tests.integration.lab_fixture import Lab
from tests.labs import running_lab

CHARTS = REPOSITORY / "lab" / "charts"
PLAYBOOK = REPOSITORY / "tests" / "integration" / "playbooks" / "seldon_core.yml"
PLATFORM = "seldon-system"
OPERATOR = "seldon-v2-controller-manager"
# The clients that a run writes with: this collection, Helm, and kubernetes.core's client library.
OURS = ("ml_platform.seldon", "Helm", "helm", "OpenAPI-Generator")
GPU = {
    "apiVersion": "mlops.seldon.io/v1alpha1",
    "kind": "ServerConfig",
    "metadata": {"name": "gpu"},
    "spec": {
        "podSpec": {"containers": [{"name": "mlserver", "image": "example/mlserver:1"}]},
        "volumeClaimTemplates": [],
    },
}


@dataclass(frozen=True)
class Result:
    """A finished run: its tasks' results in order, and the requests that it made."""

    code: int
    output: str
    tasks: dict[str, dict[str, Any]]
    requests: list[str]
    writes: list[str]

    @property
    def changed(self) -> list[str]:
        return [name for name, result in self.tasks.items() if result.get("changed")]

    @property
    def message(self) -> str:
        return next((str(result["msg"]) for result in self.tasks.values() if result.get("failed")), "")


@dataclass(frozen=True)
class Platform:
    """A lab, and how the role is run on it."""

    lab: Lab
    directory: Path

    def run(
        self, *arguments: str, version: str = "2.10.2", environment: dict[str, str] | None = None, **options: Any
    ) -> Result:
        given = {"chart_source": str(CHARTS / version), "version": version, **options}
        variables = {f"seldon_core_{name}": value for name, value in given.items()}
        variables["ansible_python_interpreter"] = sys.executable
        own = {
            "ANSIBLE_CONFIG": str(self.directory / "ansible.cfg"),
            "ANSIBLE_COLLECTIONS_PATH": f"{REPOSITORY / '.collections'}",
            "ANSIBLE_STDOUT_CALLBACK": "ansible.posix.json",
        }
        mark = self.lab.audit.mark()
        done = subprocess.run(
            [
                str(Path(sys.executable).with_name("ansible-playbook")),
                *("-i", "localhost,", "-c", "local", "-e", json.dumps(variables), str(PLAYBOOK), *arguments),
            ],
            env={**self.lab.environment, **own, **(environment or {})},
            cwd=REPOSITORY,
            capture_output=True,
            text=True,
            check=False,
            timeout=300,
        )
        requests = [request for request in self.lab.audit.since(mark) if request.user_agent.startswith(OURS)]
        report = json.loads(done.stdout[done.stdout.index("{\n") :])
        tasks = {
            task["task"]["name"].rsplit(" : ", 1)[-1]: task["hosts"]["localhost"]
            for play in report["plays"]
            for task in play["tasks"]
            if "localhost" in task["hosts"]
        }
        return Result(
            done.returncode,
            done.stdout + done.stderr,
            tasks,
            [f"{request.user_agent.split('/')[0]} {request.verb} {request.uri}" for request in requests],
            [f"{request.verb} {request.uri}" for request in requests if request.is_write],
        )

    def read(self, *arguments: str) -> Any:
        """JSON of `kubectl get`."""
        return json.loads(self.lab.kubectl("get", *arguments, "-o", "json"))

    def names(self, *arguments: str) -> set[str]:
        return {item["metadata"]["name"] for item in self.read(*arguments)["items"]}

    def seldon_crds(self) -> list[dict[str, Any]]:
        """The CRDs of Seldon's API group."""
        return [crd for crd in self.read("crds")["items"] if crd["spec"]["group"] == "mlops.seldon.io"]

    def release(self, name: str) -> dict[str, Any]:
        """Helm's record of a release: revision, status, chart."""
        command = [
            self.lab.bin / "helm",
            "list",
            "--all",
            "--namespace",
            PLATFORM,
            "--filter",
            f"^{name}$",
            "--output",
            "json",
        ]
        answer = subprocess.run(command, env=self.lab.environment, capture_output=True, text=True, check=True)
        (release,) = json.loads(answer.stdout)
        return dict(release)


@pytest.fixture(scope="module")
def platform(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Platform]:
    directory = tmp_path_factory.mktemp("seldon_core")
    (directory / "ansible.cfg").touch()
    with running_lab(directory / "lab") as layout:
        yield Platform(Lab(layout), directory)


def ok(result: Result) -> Result:
    assert result.code == 0, result.message or result.output
    return result


def test_check_on_the_empty_cluster_writes_nothing(platform: Platform) -> None:
    predicted = ok(platform.run("--check", version="2.9.1", server_configs=[GPU]))
    assert predicted.writes == []
    assert PLATFORM not in platform.names("namespaces")
    assert {"Deploy the CRDs", "Deploy the central operator", "Apply ServerConfigs and guards"} == set(
        predicted.changed
    )


def test_every_mistake_is_listed_before_the_first_write(platform: Platform, tmp_path: Path) -> None:
    result = platform.run(
        chart_source=str(tmp_path / "none"),
        versoin="2.10.2",
        values={"controller": {"clusterwide": True}},
        helm_binary="no-such-helm",
        environment={"KUBECONFIG": str(tmp_path / "kubeconfig")},
    )
    assert result.code != 0
    assert result.writes == []
    expected = [
        "variable seldon_core_versoin",
        "did you mean seldon_core_version?",
        "seldon_core_values.controller.clusterwide",
        "program no-such-helm",
        "seldon_core_chart_source: directory",
        "kubeconfig",
    ]
    for text in expected:
        assert text in result.message
    assert result.message.startswith("5 problems")


def test_a_cluster_that_does_not_answer_is_one_cause(platform: Platform, tmp_path: Path) -> None:
    config = json.loads(platform.lab.kubeconfig.read_text())
    config["clusters"][0]["cluster"]["server"] = "https://127.0.0.1:1"
    (tmp_path / "down").write_text(json.dumps(config))
    result = platform.run(environment={"KUBECONFIG": str(tmp_path / "down")})
    assert result.code != 0
    assert "https://127.0.0.1:1" in result.message
    assert "problems" not in result.message


@pytest.mark.parametrize(
    ("options", "text"),
    [
        (
            {"version": "2.8.0", "chart_source": "https://charts.example"},
            "2.8.0 is not supported; expected 2.10.2 or 2.9.1",
        ),
        (
            {"chart_source": str(CHARTS / "2.9.1")},
            "is chart seldon-core-v2-crds 2.9.1; expected chart seldon-core-v2-crds 2.10.2",
        ),
        ({"manage": False}, "does not serve servers.mlops.seldon.io"),
        ({"manage": False}, f"Deployment {PLATFORM}/{OPERATOR}: does not exist"),
    ],
)
def test_a_wrong_option_is_refused(platform: Platform, options: dict[str, Any], text: str) -> None:
    result = platform.run(**options)
    assert result.code != 0
    assert text in result.message
    assert result.writes == []


def test_missing_permissions_are_named(platform: Platform) -> None:
    result = platform.run(
        environment={"K8S_AUTH_IMPERSONATE_USER": "nobody", "K8S_AUTH_IMPERSONATE_GROUPS": "system:authenticated"}
    )
    assert result.code != 0
    assert result.writes == []
    for text in (
        "namespaces: no permission to create",
        f"deployments.apps in namespace {PLATFORM}: no permission to create",
        "customresourcedefinitions.apiextensions.k8s.io",
    ):
        assert text in result.message


def test_the_first_run_installs(platform: Platform) -> None:
    ok(platform.run(version="2.9.1", server_configs=[GPU]))
    assert platform.release("seldon-core-v2-setup")["chart"] == "seldon-core-v2-setup-2.9.1"
    status = platform.read("deployment", OPERATOR, "-n", PLATFORM)["status"]
    assert status["availableReplicas"] == 1
    crds = platform.seldon_crds()
    assert len(crds) == 7
    assert {crd["metadata"]["annotations"]["helm.sh/resource-policy"] for crd in crds} == {"keep"}
    assert platform.names("serverconfigs", "-n", PLATFORM) == {"mlserver", "triton", "gpu"}
    cluster_roles = platform.names("clusterroles") | platform.names("clusterrolebindings")
    assert not any("seldon" in name for name in cluster_roles)


def test_the_second_run_writes_nothing_and_does_not_run_helm(platform: Platform) -> None:
    result = ok(platform.run(version="2.9.1", server_configs=[GPU]))
    assert result.changed == []
    assert result.writes == []
    assert not any("selfsubjectaccessreviews" in request for request in result.requests)
    assert not any(request.lower().startswith("helm ") for request in result.requests)


def test_the_scoping_guard_comes_changes_and_goes(platform: Platform) -> None:
    def guards() -> set[str]:
        kinds = platform.names("validatingadmissionpolicies") | platform.names("validatingadmissionpolicybindings")
        return {name for name in kinds if name.startswith("seldon-scoping-guard")}

    given = {"version": "2.9.1", "server_configs": [GPU]}
    assert "seldon-scoping-guard-servers" in guards()
    changed = ok(platform.run(**given, allowed_registries=["registry.example"]))
    assert changed.changed == ["Apply ServerConfigs and guards"]
    assert "registry" in json.dumps(platform.read("validatingadmissionpolicy", "seldon-scoping-guard-servers"))
    assert ok(platform.run(**given, allowed_registries=["registry.example"])).writes == []
    ok(platform.run(**given, scoping_guard=False))
    assert guards() == set()
    assert "seldon-scoping-guard" not in platform.names("configmaps", "-n", PLATFORM)
    assert ok(platform.run(**given, scoping_guard=False)).writes == []
    ok(platform.run(**given))
    assert "seldon-scoping-guard-servers" in guards()


def test_permissions_to_the_scoping_guard_are_asked_for_before_the_first_write(platform: Platform) -> None:
    nobody = {"K8S_AUTH_IMPERSONATE_USER": "nobody", "K8S_AUTH_IMPERSONATE_GROUPS": "system:authenticated"}
    result = platform.run(manage=False, allowed_registries=["registry.example", "seldonio"], environment=nobody)
    assert result.code != 0
    assert result.writes == []
    for text in (
        "validatingadmissionpolicies.admissionregistration.k8s.io: no permission to create",
        '"seldonio" is not a registry',
    ):
        assert text in result.message


def test_crds_cannot_be_deleted(platform: Platform) -> None:
    with pytest.raises(subprocess.CalledProcessError) as refused:
        platform.lab.kubectl("delete", "crd", "servers.mlops.seldon.io")
    assert "ml-platform.seldon/allow-deletion=true" in refused.value.stderr


def test_an_upgrade_to_a_chart_without_a_crd_keeps_it(platform: Platform) -> None:
    # Without the admission policy, so that only the annotation protects.
    ok(platform.run(version="2.9.1", crd_guard=False))
    assert platform.names("serverconfigs", "-n", PLATFORM) == {"mlserver", "triton"}
    experiment = {
        "apiVersion": "mlops.seldon.io/v1alpha1",
        "kind": "Experiment",
        "metadata": {"name": "kept", "namespace": "default"},
        "spec": {"candidates": [{"name": "a", "weight": 1}]},
    }
    platform.lab.kubectl("apply", "-f", "-", stdin=json.dumps(experiment))
    charts = platform.directory / "charts"
    shutil.copytree(CHARTS / "2.10.2", charts)
    (charts / "seldon-core-v2-crds" / "templates" / "experiments.yaml").unlink()
    result = ok(platform.run(chart_source=str(charts)))
    assert {"Deploy the CRDs", "Deploy the central operator"} <= set(result.changed)
    assert platform.release("seldon-core-v2-crds")["chart"] == "seldon-core-v2-crds-2.10.2"
    assert "kept" in platform.names("experiments", "-n", "default")
    image = platform.read("deployment", OPERATOR, "-n", PLATFORM)["spec"]["template"]["spec"]["containers"][0]["image"]
    assert image.endswith(":2.10.2")


def test_a_downgrade_is_refused(platform: Platform) -> None:
    result = platform.run(version="2.9.1")
    assert result.code != 0
    assert "2.10.2 is installed, 2.9.1 is asked for" in result.message
    assert result.writes == []


def test_helm_uninstall_does_not_delete_crds_and_the_next_run_repairs_the_release(platform: Platform) -> None:
    ok(platform.run())
    command = [platform.lab.bin / "helm", "uninstall", "seldon-core-v2-crds", "--namespace", PLATFORM]
    answer = subprocess.run(command, env=platform.lab.environment, capture_output=True, text=True, check=False)
    assert answer.returncode != 0
    assert len(platform.seldon_crds()) == 7
    assert "kept" in platform.names("experiments", "-n", "default")
    age(platform, "seldon-core-v2-crds")
    ok(platform.run())
    assert platform.release("seldon-core-v2-crds")["status"] == "deployed"
    assert ok(platform.run()).writes == []


def age(platform: Platform, release: str) -> None:
    """Changes the time of Helm's last record to an hour ago."""
    for name in platform.names("secrets", "-n", PLATFORM, "-l", f"name={release}"):
        platform.lab.kubectl("label", "secret", name, "-n", PLATFORM, "--overwrite", "modifiedAt=1")


def add_revision(platform: Platform, release: str, status: str) -> None:
    """Adds a record with this status, as a failed or killed upgrade of Helm leaves it."""
    last = platform.read("secrets", "-n", PLATFORM, "-l", f"name={release},status=deployed")["items"][0]
    revision = int(last["metadata"]["labels"]["version"]) + 1
    content = json.loads(gzip.decompress(base64.b64decode(base64.b64decode(last["data"]["release"]))))
    content["version"], content["info"]["status"] = revision, status
    data = base64.b64encode(base64.b64encode(gzip.compress(json.dumps(content).encode()))).decode()
    labels = {**last["metadata"]["labels"], "status": status, "version": str(revision), "modifiedAt": "1"}
    metadata = {"name": f"sh.helm.release.v1.{release}.v{revision}", "namespace": PLATFORM, "labels": labels}
    secret = {
        "apiVersion": "v1",
        "kind": "Secret",
        "type": last["type"],
        "metadata": metadata,
        "data": {"release": data},
    }
    platform.lab.kubectl("create", "-f", "-", stdin=json.dumps(secret))


@pytest.mark.parametrize("status", ["failed", "pending-upgrade"])
@pytest.mark.parametrize("release", ["seldon-core-v2-crds", "seldon-core-v2-setup"])
def test_a_deployment_that_failed_or_was_killed_is_repaired(platform: Platform, release: str, status: str) -> None:
    add_revision(platform, release, status)
    result = ok(platform.run())
    assert any(name.startswith("Deploy") for name in result.changed)
    assert platform.release(release)["status"] == "deployed"
    again = ok(platform.run())
    assert (again.changed, again.writes) == ([], [])


def test_other_values_reach_the_operator(platform: Platform) -> None:
    ok(platform.run(values={"controller": {"logLevel": "debug"}}))
    env = platform.read("deployment", OPERATOR, "-n", PLATFORM)["spec"]["template"]["spec"]["containers"][0]["env"]
    assert {"name": "LOG_LEVEL", "value": "debug"} in env
    assert {"name": "CLUSTERWIDE", "value": "false"} in env


def test_an_operator_that_does_not_start_is_named_with_its_pods_reason(platform: Platform) -> None:
    began = time.monotonic()
    result = platform.run(values={"controller": {"image": {"tag": "broken"}}}, wait_timeout=300)
    assert result.code != 0
    assert time.monotonic() - began < 120
    crashed = rf"container manager of pod {OPERATOR}-[a-z0-9-]+ has failed 3 times, the last time with exit code 2"
    assert re.search(rf"Deployment {PLATFORM}/{OPERATOR}: is not available: {crashed}", result.message)
    assert "LAB_IMAGE_TAG: 'broken' is not a version like 2.10.2" in result.message
    [command] = re.findall(r"kubectl (logs [^\n]*)", result.message)
    assert "is not a version" in platform.lab.kubectl(*command.split())


def test_operators_are_restricted_where_the_platform_asks_for_it(platform: Platform) -> None:
    ok(platform.run(network_policies=True))
    spec = platform.read("networkpolicy", "seldon-operators", "-n", PLATFORM)["spec"]
    assert [peer["ipBlock"]["cidr"] for rule in spec["egress"] for peer in rule["to"] if "ipBlock" in peer] == [
        f"{ADDRESS}/32"
    ]
    again = ok(platform.run(network_policies=True))
    assert (again.changed, again.writes) == ([], [])
    ok(platform.run())
    assert platform.lab.kubectl("get", "networkpolicies", "-n", PLATFORM, "-o", "name") == ""


def test_a_platform_of_others_is_only_checked(platform: Platform) -> None:
    ok(platform.run(crd_guard=False))
    result = ok(platform.run(manage=False, environment={"PATH": "/usr/bin:/bin"}))
    assert (result.changed, result.writes) == ([], [])


def test_an_operator_that_watches_everything_is_refused(platform: Platform) -> None:
    platform.lab.kubectl("set", "env", f"deployment/{OPERATOR}", "-n", PLATFORM, "CLUSTERWIDE=true")
    result = platform.run(manage=False)
    assert result.code != 0
    assert "watches every namespace" in result.message


def test_what_another_helm_release_owns_is_not_taken(platform: Platform) -> None:
    result = platform.run(namespace="elsewhere")
    assert result.code != 0
    assert "belongs to Helm release seldon-core-v2-crds in namespace seldon-system" in result.message
    assert result.writes == []
