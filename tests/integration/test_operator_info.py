# SPDX-License-Identifier: GPL-3.0-or-later
"""`operator_info` on a real API server: every kind of conflict is seeded and found, with reads only."""

from __future__ import annotations

import json
import subprocess
import sys
import uuid
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.kube.errors import Invalid
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.kube.invocation import Invocation
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.operator_info import entry_point

from tests.integration.lab_fixture import Lab
from tests.unit.operators.cluster import (
    FIELD_REF,
    account,
    cluster_role,
    cluster_role_binding,
    role,
    role_binding,
    rules,
)

pytest_plugins = ["tests.integration.lab_fixture"]
ROOT = Path(__file__).resolve().parents[2]
IMAGE = "docker.io/seldonio/seldonv2-controller:2.10.2"
API_VERSIONS = {
    "Deployment": "apps/v1",
    **dict.fromkeys(("Role", "RoleBinding", "ClusterRole", "ClusterRoleBinding"), "rbac.authorization.k8s.io/v1"),
}
READ_RULES = [{"apiGroups": ["*"], "resources": ["*"], "verbs": ["list"]}]


def typed(kind: str, obj: dict[str, Any]) -> dict[str, Any]:
    obj = {"apiVersion": API_VERSIONS.get(kind, "v1"), "kind": kind, **obj}
    if kind.endswith("Binding"):
        obj["roleRef"]["apiGroup"] = "rbac.authorization.k8s.io"
    return obj


@dataclass(frozen=True)
class Seeded:
    """The namespaces and Deployments of this module's run; only theirs have its mark in their names."""

    lab: Lab
    mark: str

    def namespace(self, name: str) -> str:
        return f"{self.mark}-{name}"

    @property
    def platform(self) -> str:
        return self.namespace("platform")

    def operator(self, name: str) -> str:
        return f"{self.platform}/{name}"

    def ask(self, *names: str) -> dict[str, Any]:
        return entry_point.run(
            {"kubeconfig": str(self.lab.kubeconfig), "namespaces": [self.namespace(name) for name in names]},
            Invocation({}),
        )

    def deployment(
        self,
        name: str,
        args: list[str],
        *,
        lookup: str | None = None,
        replicas: int = 1,
        env: tuple[dict[str, Any], ...] = (),
    ) -> dict[str, Any]:
        own = FIELD_REF if lookup is None else {"name": "POD_NAMESPACE", "value": self.namespace(lookup)}
        labels = {"app": name}
        container = {"name": "manager", "image": IMAGE, "command": ["/manager"], "args": args, "env": [own, *env]}
        template = {"metadata": {"labels": labels}, "spec": {"serviceAccountName": name, "containers": [container]}}
        return typed(
            "Deployment",
            {
                "metadata": {"namespace": self.platform, "name": name},
                "spec": {"replicas": replicas, "selector": {"matchLabels": labels}, "template": template},
            },
        )

    def apply(self, *objects: dict[str, Any]) -> None:
        self.lab.kubectl("apply", "-f", "-", stdin=json.dumps({"apiVersion": "v1", "kind": "List", "items": objects}))

    def wait(self, *deployments: str) -> None:
        names = [f"deployment/{name}" for name in deployments]
        self.lab.kubectl(
            "-n", self.platform, "wait", *names, "--for=jsonpath={.status.readyReplicas}=1", "--timeout=60s"
        )

    def service_account(self, name: str) -> dict[str, Any]:
        return typed("ServiceAccount", {"metadata": {"namespace": self.platform, "name": name}})

    def credentials(self, name: str) -> dict[str, Any]:
        """The options to act as one of the ServiceAccounts."""
        server = self.lab.kubectl("config", "view", "-o", "jsonpath={.clusters[0].cluster.server}")
        token = self.lab.kubectl("-n", self.platform, "create", "token", name).strip()
        return {"host": server, "api_key": token, "ca_cert": str(self.lab.layout.pki / "ca.crt")}


@pytest.fixture(scope="module")
def seeded(lab: Lab) -> Iterator[Seeded]:
    here = Seeded(lab, f"oi-{uuid.uuid4().hex[:8]}")
    names = ("platform", "a", "b", "c", "d", "e", "f")
    accounts = ("central", "own-a", "scaled", "wrong", "outside", "twin", "vague", "reader", "nobody")
    try:
        here.apply(*(typed("Namespace", {"metadata": {"name": here.namespace(name)}}) for name in names))
        here.apply(*(here.service_account(name) for name in accounts))
        here.apply(
            typed("Role", role(here.namespace("a"), "manager", rules())),
            typed(
                "RoleBinding",
                role_binding(here.namespace("a"), "manager", "Role", "manager", account(here.platform, "own-a")),
            ),
            typed(
                "ClusterRole",
                cluster_role(f"{here.mark}-secrets", [{"apiGroups": [""], "resources": ["secrets"], "verbs": ["get"]}]),
            ),
            typed(
                "ClusterRoleBinding",
                cluster_role_binding(f"{here.mark}-secrets", f"{here.mark}-secrets", account(here.platform, "own-a")),
            ),
            typed("ClusterRole", cluster_role(f"{here.mark}-reader", READ_RULES)),
            typed(
                "ClusterRoleBinding",
                cluster_role_binding(f"{here.mark}-reader", f"{here.mark}-reader", account(here.platform, "reader")),
            ),
        )
        listed = f"{here.namespace('a')},{here.namespace('b')}"
        here.apply(
            here.deployment(
                "central", ["--namespace=$(POD_NAMESPACE)", "--clusterwide=true", f"--watch-namespaces={listed}"]
            ),
            here.deployment("own-a", [f"--namespace={here.namespace('a')}", "--clusterwide=false"], lookup="a"),
            here.deployment("scaled", [f"--namespace={here.namespace('c')}"], lookup="c", replicas=0),
            here.deployment("outside", [f"--namespace={here.namespace('d')}", "--leader-elect"]),
            here.deployment("twin", [f"--namespace={here.namespace('e')}", "--leader-elect"], lookup="e"),
        )
        here.wait("central", "own-a", "outside", "twin")
        yield here
    finally:
        lab.kubectl(
            "delete", "namespace", "--ignore-not-found", "--wait=false", *(here.namespace(name) for name in names)
        )
        for kind in ("clusterrole", "clusterrolebinding"):
            lab.kubectl("delete", kind, "--ignore-not-found", f"{here.mark}-secrets", f"{here.mark}-reader")


def about(answer: dict[str, Any], operator: str) -> dict[str, dict[str, Any]]:
    return {conflict["kind"]: conflict for conflict in answer["conflicts"] if operator in conflict["operators"]}


def test_two_operators_of_one_namespace(seeded: Seeded) -> None:
    answer = seeded.ask("a")
    assert answer["verdict"] == "conflict"
    assert answer["tenants"][0]["state"] == "contested"
    conflict = about(answer, seeded.operator("own-a"))["watched_twice"]
    assert conflict["namespaces"] == [seeded.namespace("a")]
    assert {seeded.operator("central"), seeded.operator("own-a")} <= set(conflict["operators"])


def test_what_each_operator_is(seeded: Seeded) -> None:
    operators = {
        operator["name"]: operator
        for operator in seeded.ask("a", "b", "c", "d", "e")["operators"]
        if operator["namespace"] == seeded.platform
    }
    assert set(operators) >= {"central", "own-a", "scaled", "outside", "twin"}
    central, own = operators["central"], operators["own-a"]
    assert (central["version"], central["lookup_namespace"], central["scope"]) == (
        "2.10.2",
        seeded.platform,
        "namespaces",
    )
    assert central["watch_namespaces"] == sorted([seeded.namespace("a"), seeded.namespace("b"), seeded.platform])
    assert (own["running"], own["lookup_namespace"], own["watch_namespaces"]) == (
        True,
        seeded.namespace("a"),
        [seeded.namespace("a")],
    )
    assert (operators["scaled"]["running"], operators["twin"]["leader_elect"]) == (False, True)


def test_permissions_missing_and_permissions_beyond(seeded: Seeded) -> None:
    answer = seeded.ask("a", "b")
    operators = {operator["name"]: operator for operator in answer["operators"]}
    assert operators["own-a"]["rights"]["verdict"] == "held"
    assert "missing_rights" not in about(answer, seeded.operator("own-a"))
    assert (
        f"get secrets (ClusterRoleBinding {seeded.mark}-secrets)"
        in about(answer, seeded.operator("own-a"))["excess_rights"]["what"]
    )
    missing = about(answer, seeded.operator("central"))["missing_rights"]["what"]
    assert seeded.namespace("b") in missing and "everything that an operator needs" in missing


def test_the_evaluation_agrees_with_the_api_server(seeded: Seeded) -> None:
    user = f"system:serviceaccount:{seeded.platform}:own-a"
    for verb, resource, namespace, expected in (
        ("create", "roles", "a", "yes"),
        ("create", "roles", "b", "no"),
        ("get", "secrets", "b", "yes"),
        ("list", "secrets", "b", "no"),
    ):
        command = [
            str(seeded.lab.bin / "kubectl"),
            "auth",
            "can-i",
            verb,
            resource,
            "-n",
            seeded.namespace(namespace),
            f"--as={user}",
        ]
        answer = subprocess.run(command, env=seeded.lab.environment, capture_output=True, text=True, check=False)
        assert answer.stdout.strip() == expected, (verb, resource, namespace)


def test_an_operator_scaled_to_nothing_serves_nobody(seeded: Seeded) -> None:
    answer = seeded.ask("c")
    found = about(answer, seeded.operator("scaled"))
    assert found["not_running"]["severity"] == "warning"
    assert "would, but has no ready pod" in found["unwatched"]["what"]
    assert answer["tenants"][0]["state"] == "unwatched"


def test_a_lookup_namespace_outside_of_the_watch_set(seeded: Seeded) -> None:
    conflict = about(seeded.ask("d"), seeded.operator("outside"))["lookup_outside_watch_set"]
    assert f"looks for ServerConfigs in {seeded.platform}, which it does not watch" in conflict["what"]


def test_twins_of_one_lease(seeded: Seeded) -> None:
    conflict = about(seeded.ask("e"), seeded.operator("twin"))["leader_election_twins"]
    assert set(conflict["operators"]) == {seeded.operator("outside"), seeded.operator("twin")}
    assert seeded.platform in conflict["object"]


def test_a_namespace_without_operator_and_one_that_does_not_exist(seeded: Seeded) -> None:
    answer = seeded.ask("f", "platfrm")
    found = {conflict["kind"]: conflict for conflict in answer["conflicts"] if conflict["namespaces"]}
    assert found["unwatched"]["namespaces"] == [seeded.namespace("f")]
    assert f"did you mean {seeded.platform}?" in found["namespace_absent"]["what"]


def test_flags_that_end_the_process(seeded: Seeded) -> None:
    seeded.apply(seeded.deployment("wrong", [f"--namespace={seeded.namespace('f')}", "--clusterwide=yes"], lookup="f"))
    conflict = about(seeded.ask("f"), seeded.operator("wrong"))["invalid_flags"]
    assert 'invalid boolean value "yes" for --clusterwide' in conflict["what"]
    seeded.lab.kubectl("-n", seeded.platform, "delete", "deployment", "wrong")


def test_settings_from_a_config_map_are_unknown(seeded: Seeded) -> None:
    source = {"name": "WATCHED", "valueFrom": {"configMapKeyRef": {"name": "settings", "key": "watched"}}}
    seeded.apply(
        typed(
            "ConfigMap",
            {
                "metadata": {"namespace": seeded.platform, "name": "settings"},
                "data": {"watched": seeded.namespace("f")},
            },
        )
    )
    seeded.apply(seeded.deployment("vague", ["--namespace=$(WATCHED)"], lookup="f", env=(source,)))
    seeded.wait("vague")
    answer = seeded.ask("f")
    found = about(answer, seeded.operator("vague"))
    assert answer["tenants"][0]["state"] == "unknown" and answer["verdict"] == "unknown"
    assert found["unwatched"]["severity"] == "unknown" and "ConfigMap settings" in found["settings_unknown"]["what"]
    seeded.lab.kubectl("-n", seeded.platform, "delete", "deployment", "vague")


def test_without_the_permission_to_list_everything_is_unknown(seeded: Seeded) -> None:
    answer = entry_point.run({**seeded.credentials("nobody"), "namespaces": [seeded.namespace("a")]}, Invocation({}))
    assert (answer["verdict"], answer["operators"], answer["tenants"][0]["state"]) == ("unknown", [], "unknown")
    assert {conflict["kind"] for conflict in answer["conflicts"]} == {"read_refused"}


def test_it_only_reads_and_lists_each_kind_once(seeded: Seeded) -> None:
    mark = seeded.lab.audit.mark()
    entry_point.run({**seeded.credentials("reader"), "namespaces": None}, Invocation({}))
    requests = [
        request
        for request in seeded.lab.audit.since(mark)
        if request.user == f"system:serviceaccount:{seeded.platform}:reader"
    ]
    assert {request.verb for request in requests} == {"list"}
    kinds = Counter(request.resource for request in requests)
    assert set(kinds.values()) == {1} and set(kinds) >= {
        "deployments",
        "roles",
        "clusterrolebindings",
        "servers",
        "models",
    }


def test_namespaces_with_seldon_objects_are_found(seeded: Seeded) -> None:
    if "models.mlops.seldon.io" not in seeded.lab.kubectl("get", "crd", "-o", "name"):
        pytest.skip("Seldon's kinds are not installed in this lab")
    model = {"metadata": {"namespace": seeded.namespace("c"), "name": "m"}, "spec": {"storageUri": "gs://example/m"}}
    seeded.apply({"apiVersion": "mlops.seldon.io/v1alpha1", "kind": "Model", **model})
    answer = entry_point.run({"kubeconfig": str(seeded.lab.kubeconfig), "namespaces": None}, Invocation({}))
    assert {tenant["namespace"]: tenant["state"] for tenant in answer["tenants"]}[seeded.namespace("c")] == "unwatched"
    seeded.lab.kubectl("-n", seeded.namespace("c"), "delete", "model", "m")


def test_module_and_action_answer_alike(seeded: Seeded, tmp_path: Path) -> None:
    arguments = {"kubeconfig": str(seeded.lab.kubeconfig), "namespaces": [seeded.namespace("a")]}
    given = tmp_path / "arguments.json"
    given.write_text(json.dumps({"ANSIBLE_MODULE_ARGS": arguments}))
    environment = {
        **seeded.lab.environment,
        "PYTHONPATH": str(ROOT / ".collections"),
        "ANSIBLE_LOAD_CALLBACK_PLUGINS": "1",
    }
    module = subprocess.run(
        [sys.executable, str(ROOT / "plugins/modules/operator_info.py"), str(given)],
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )
    action = subprocess.run(
        [
            str(Path(sys.executable).parent / "ansible"),
            "localhost",
            "-c",
            "local",
            "-m",
            "ml_platform.seldon.operator_info",
            "-a",
            json.dumps(arguments),
        ],
        env={**environment, "ANSIBLE_STDOUT_CALLBACK": "ansible.posix.json", "ANSIBLE_CALLBACK_RESULT_FORMAT": "json"},
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    by_action = json.loads(action.stdout)["plays"][0]["tasks"][0]["hosts"]["localhost"]
    by_module = json.loads(module.stdout)
    assert by_module["verdict"] == "conflict" and not by_module["changed"]
    assert {key: by_action[key] for key in ("verdict", "operators", "tenants", "conflicts", "text", "changed")} == {
        key: by_module[key] for key in ("verdict", "operators", "tenants", "conflicts", "text", "changed")
    }


def test_bad_names_cost_no_request(seeded: Seeded) -> None:
    with pytest.raises(Invalid, match="Not_A_Name"):
        entry_point.run({"kubeconfig": str(seeded.lab.kubeconfig), "namespaces": ["Not_A_Name"]}, Invocation({}))
