# SPDX-License-Identifier: GPL-3.0-or-later
"""The scoping guard on a real API server: it refuses the same objects as the check before a write, with the same rules
and messages.
"""

from __future__ import annotations

import json
import re
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.isolation.guard.judge import judge
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.isolation.guard.kinds import KINDS
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.isolation.guard.options import GuardOptions
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.isolation.guard.policy import policies
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.isolation.guard.rules import (
    all_rules,
    identifiers,
    rules_in_force,
)
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.kube.client import KubeClient
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.kube.connection import connect
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.kube.errors import (
    Forbidden,
    Invalid,
    KubeError,
)
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.tenant.access.profiles import deployer_rules
from hypothesis import HealthCheck, given, settings
from kubernetes import config

from lab.layout import REPOSITORY
from tests.conformance.guard.cases import HOSTILE_PODS, SELDON_PODS, Case, cases
from tests.conformance.guard.objects import REGISTRIES, TENANT, Json, model, pod, server, server_config
from tests.conformance.guard.worlds import OBJECTS
from tests.integration.lab_fixture import Lab
from tests.integration.tenancy import PLATFORM, own_lab

REAL = REPOSITORY.parent / "shared" / "seldon"
OPTIONS = GuardOptions(registries=REGISTRIES)
RULES = rules_in_force(OPTIONS)
RESOURCES = {kind.name: kind.resource for kind in KINDS}
TEAMS = ("Server", "ServerConfig", "Model")
POLICIES = "validatingadmissionpolicies"
PATIENCE = 60.0


@dataclass(frozen=True)
class Guarded:
    """A lab with Seldon's CRDs, a tenant's namespace, and the namespace ``elsewhere``, which the guard does not cover."""

    lab: Lab
    client: KubeClient
    elsewhere: str = "elsewhere"

    def apply(self, *objects: Json) -> None:
        """Server-side apply by kubectl."""
        listed = {"apiVersion": "v1", "kind": "List", "items": list(objects)}
        self.lab.kubectl("apply", "--server-side", "--force-conflicts", "-f", "-", stdin=json.dumps(listed))

    def as_user(self, user: str, *groups: str) -> KubeClient:
        """A client that impersonates the user."""
        return connect(
            {"kubeconfig": str(self.lab.kubeconfig), "impersonate_user": user, "impersonate_groups": list(groups)}
        )

    @contextmanager
    def policies(self, options: GuardOptions = OPTIONS, wait_for: Json | None = None) -> Iterator[None]:
        """Enables the guard until the end of the block; waits until it refuses ``wait_for``."""
        objects = policies(options, PLATFORM)
        self.apply(*objects)
        try:
            if wait_for:
                self.until(lambda: bool(refusal(self.client, wait_for)))
            yield
        finally:
            names = [f"{obj['kind'].lower()}/{obj['metadata']['name']}" for obj in objects]
            self.lab.kubectl("delete", *names, "--wait=true")
            self.until(lambda: not refusal(self.client, server(pod(hostNetwork=True))))

    def until(self, is_so: Callable[[], bool]) -> None:
        """Waits for the control plane, until ``is_so`` returns True."""
        deadline = time.monotonic() + PATIENCE
        while not is_so():
            assert time.monotonic() < deadline
            time.sleep(0.1)


def refusal(client: KubeClient, obj: Json) -> str:
    """The API server's refusal of an object; empty when it accepts it. It is a dry run."""
    try:
        client.create(RESOURCES[obj["kind"]], obj, dry_run=True)
    except KubeError as error:
        return str(error)
    return ""


def predicted_refusal(obj: Json) -> str:
    """The refusal that the check before a write predicts; empty when it accepts the object."""
    found = judge(obj, RULES, TENANT)
    return f"{found[0].kind} {found[0].name}: {found[0].text}" if found else ""


def hostile(kind: str) -> Json:
    """An object of the kind that the guard refuses."""
    return next(case.object for case in cases() if case.rule and case.object["kind"] == kind)


@pytest.fixture(scope="module")
def guarded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Guarded]:
    with own_lab(tmp_path_factory.mktemp("guard")) as tenancy:
        tenancy.lab.install_seldon_crds()
        found = Guarded(tenancy.lab, connect({"kubeconfig": str(tenancy.lab.kubeconfig)}))
        found.apply(
            {
                "apiVersion": "v1",
                "kind": "Namespace",
                "metadata": {"name": TENANT, "labels": {"ml-platform.seldon/tenant": TENANT}},
            },
            {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": found.elsewhere}},
        )
        yield found


@pytest.fixture(scope="module")
def guard_on(guarded: Guarded) -> Iterator[Guarded]:
    """The guard with the registries of the cases, for every kind."""
    with guarded.policies():
        for kind in RESOURCES:
            example = hostile(kind)
            guarded.until(lambda example=example: bool(refusal(guarded.client, example)))
        yield guarded


def disagreements(client: KubeClient, chosen: list[Case]) -> list[tuple[str, str, str]]:
    """Cases in which the API server's refusal differs from the prediction, or does not name the case's rule."""
    found = []
    for case in chosen:
        answer, expected = refusal(client, case.object), predicted_refusal(case.object)
        alike = expected in answer if expected else not answer
        if not alike or case.rule not in expected:
            found.append((case.name, expected, answer))
    return found


def test_an_administrator_is_refused_as_predicted(guard_on: Guarded) -> None:
    assert disagreements(guard_on.client, list(cases())) == []


def test_a_team_is_refused_as_predicted(guard_on: Guarded) -> None:
    metadata = {"name": "deployer", "namespace": TENANT}
    binding = {
        "roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": "Role", "name": "deployer"},
        "subjects": [{"kind": "Group", "apiGroup": "rbac.authorization.k8s.io", "name": "team"}],
    }
    guard_on.apply(
        {"apiVersion": "rbac.authorization.k8s.io/v1", "kind": "Role", "metadata": metadata, "rules": deployer_rules()},
        {"apiVersion": "rbac.authorization.k8s.io/v1", "kind": "RoleBinding", "metadata": metadata, **binding},
    )
    team = guard_on.as_user("maria", "team", "system:authenticated")
    assert disagreements(team, [case for case in cases() if case.object["kind"] in TEAMS]) == []


def test_enough_hostile_pod_specs_are_tried() -> None:
    every = [case for case in cases() if case.rule]
    assert len({name for name, _rule, _spec in (*HOSTILE_PODS, *SELDON_PODS)}) >= 70
    optional = {rule.id for rule in all_rules(OPTIONS) if not rule.default}
    assert {case.rule for case in every} == set(identifiers()) - optional


def test_opt_in_rules_are_refused_too(guarded: Guarded, guard_on: Guarded) -> None:
    # A second guard would have the same names, so it replaces the first one until the end of the test.
    options = GuardOptions(
        registries=REGISTRIES,
        rules={"SG118": True, "SG119": True, "SG407": True, "SG101": False},
        priority_classes=("batch",),
        service_accounts=("reader",),
        schedulers=("mine",),
    )
    tried = {
        "SG118": server(pod(automountServiceAccountToken=True)),
        "SG119": server(pod(imagePullSecrets=[{"name": "a"}])),
        "SG407": server(annotations={"prometheus.io/scrape": "true"}),
        "SG108": server(pod(priorityClassName="other")),
        "SG103": server(pod(serviceAccountName="other")),
    }
    fine = [
        server(pod(hostNetwork=True)),
        server(pod(priorityClassName="batch")),
        server(pod(serviceAccountName="reader")),
        server(pod(schedulerName="mine")),
    ]
    guard_on.apply(*policies(options, PLATFORM))
    try:
        guard_on.until(lambda: "SG118" in refusal(guard_on.client, tried["SG118"]))
        for rule, obj in tried.items():
            [violation] = judge(obj, rules_in_force(options), TENANT)
            assert violation.identifier == rule
            assert violation.text in refusal(guard_on.client, obj)
        for obj in fine:
            assert judge(obj, rules_in_force(options), TENANT) == []
            assert refusal(guard_on.client, obj) == ""
    finally:
        guard_on.apply(*policies(OPTIONS, PLATFORM))
        guard_on.until(lambda: "SG118" not in refusal(guard_on.client, tried["SG118"]))


def test_only_tenants_are_judged(guard_on: Guarded) -> None:
    obj = server(pod(hostNetwork=True))
    assert refusal(guard_on.client, {**obj, "metadata": {"name": "case", "namespace": guard_on.elsewhere}}) == ""


def test_accounts_of_the_platform_are_not_judged(guard_on: Guarded) -> None:
    obj = server(pod(hostNetwork=True))
    guard_on.apply(
        {
            "apiVersion": "rbac.authorization.k8s.io/v1", "kind": "RoleBinding", "metadata": {"name": "operator", "namespace": TENANT},
            "roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": "cluster-admin"},
            "subjects": [{"kind": "ServiceAccount", "name": "operator", "namespace": PLATFORM}, {"kind": "ServiceAccount", "name": "operator", "namespace": TENANT}],
        }
    )  # fmt: skip
    for namespace, refused in ((PLATFORM, False), (TENANT, True)):
        groups = ("system:serviceaccounts", f"system:serviceaccounts:{namespace}", "system:authenticated")
        assert bool(refusal(guard_on.as_user(f"system:serviceaccount:{namespace}:operator", *groups), obj)) is refused


def test_what_was_there_before_can_be_finished_but_not_changed(guarded: Guarded, guard_on: Guarded) -> None:
    old = {
        **server(pod(hostNetwork=True), finalizers=["example.com/keep"]),
        "metadata": {"name": "old", "namespace": TENANT, "finalizers": ["example.com/keep"]},
    }
    resource = RESOURCES["Server"]
    operator = guarded.as_user(
        "system:serviceaccount:seldon-system:x", "system:serviceaccounts:seldon-system", "system:masters"
    )
    operator.create(resource, old)
    replicas = [{"op": "add", "path": "/spec/replicas", "value": 1}]
    guard_on.client.json_patch(resource, TENANT, "old", replicas)
    with pytest.raises(Forbidden, match="Server old: SG101 host-namespaces"):
        guard_on.client.json_patch(
            resource, TENANT, "old", [{"op": "add", "path": "/spec/podSpec/hostPID", "value": True}]
        )
    with pytest.raises(Forbidden, match="SG101"):
        guard_on.client.json_patch(
            resource, TENANT, "old", [{"op": "add", "path": "/metadata/labels", "value": {"a": "b"}}]
        )
    guard_on.client.delete(resource, TENANT, "old")
    with pytest.raises(Forbidden, match="SG101"):
        guard_on.client.json_patch(
            resource, TENANT, "old", [{"op": "add", "path": "/spec/podSpec/hostPID", "value": True}]
        )
    guard_on.client.json_patch(resource, TENANT, "old", [{"op": "remove", "path": "/metadata/finalizers"}])
    assert "old" not in guard_on.lab.kubectl("get", "servers", "-n", TENANT)


@pytest.fixture(scope="module")
def warned(guard_on: Guarded) -> Iterator[Callable[[Json], tuple[int, set[str]]]]:
    """A function that returns the status and every broken rule: with Deny the API server names only the first one."""
    api = config.new_client_from_config(str(guard_on.lab.kubeconfig))
    pool, server_address = api.rest_client.pool_manager, api.configuration.host

    def create(obj: Json) -> tuple[int, set[str]]:
        path = RESOURCES[obj["kind"]].path(TENANT)
        answer = pool.request(
            "POST",
            f"{server_address}{path}?dryRun=All",
            body=json.dumps(obj),
            headers={"Content-Type": "application/json"},
        )
        texts = answer.headers.getlist("Warning")
        return answer.status, {rule for text in texts for rule in re.findall(r"denied|\b(SG\d{3})\b", text) if rule}

    names = guard_on.lab.kubectl("get", f"{POLICIES[:-3]}ybindings", "-o", "name").split()
    for name in names:
        guard_on.lab.kubectl("patch", name, "--type=merge", "-p", '{"spec": {"validationActions": ["Warn"]}}')
    for kind in RESOURCES:
        example = hostile(kind)
        guard_on.until(lambda example=example: create(example)[0] < 400)
    yield create
    for name in names:
        guard_on.lab.kubectl("patch", name, "--type=merge", "-p", '{"spec": {"validationActions": ["Deny"]}}')


def test_random_objects_are_judged_alike(warned: Callable[[Json], tuple[int, set[str]]]) -> None:
    judged = {"refused": 0, "taken": 0, "invalid": 0}

    @settings(max_examples=600, derandomize=True, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    @given(OBJECTS)
    def agree(obj: Json) -> None:
        status, rules = warned(obj)
        if status == 422:
            judged["invalid"] += 1
            return
        assert status < 300
        assert rules == {violation.identifier for violation in judge(obj, RULES, TENANT)}
        judged["refused" if rules else "taken"] += 1

    agree()
    assert judged["refused"] > 150 and judged["taken"] > 50, judged


@pytest.mark.parametrize("release", ["2.9.1", "2.10.2"])
@pytest.mark.parametrize("source", ["lab", "stock"])
def test_every_field_is_in_the_kinds(guarded: Guarded, release: str, source: str) -> None:
    definitions = _definitions(guarded.lab, release, source)
    guarded.lab.kubectl("apply", "--server-side", "--force-conflicts", "-f", "-", stdin=definitions)
    objects = [obj for obj in policies(OPTIONS, PLATFORM) if obj["kind"] == "ValidatingAdmissionPolicy"]
    renamed = [{**obj, "metadata": {"name": f"typed-{obj['metadata']['name']}"}} for obj in objects]
    wrong = json.loads(
        json.dumps(renamed[0]).replace("object.spec.podSpec.hostNetwork", "object.spec.podSpec.hostNetwrk")
    )
    wrong["metadata"]["name"] = "typed-wrong"
    guarded.apply(*renamed, wrong)
    try:
        found = _type_checked(guarded, [obj["metadata"]["name"] for obj in (*renamed, wrong)])
    finally:
        guarded.lab.kubectl("delete", POLICIES, *(obj["metadata"]["name"] for obj in (*renamed, wrong)))
    assert "hostNetwrk" in json.dumps(found.pop("typed-wrong"))
    assert found == {obj["metadata"]["name"]: [] for obj in renamed}


def _definitions(lab: Lab, release: str, source: str) -> str:
    if source == "stock":
        path: Path = REAL / release / "crds.yaml"
        if not path.exists():
            pytest.skip("needs Seldon's own CRDs")
        return path.read_text()
    chart = REPOSITORY / "lab" / "charts" / release / "seldon-core-v2-crds"
    return subprocess.run(
        [lab.bin / "helm", "template", chart], env=lab.environment, capture_output=True, text=True, check=True
    ).stdout


def _type_checked(guarded: Guarded, names: list[str]) -> dict[str, Any]:
    """The warnings of each policy, once the control plane has checked its newest generation."""
    found: dict[str, Any] = {}

    def all_checked() -> bool:
        listed = json.loads(guarded.lab.kubectl("get", POLICIES, *names, "-o", "json"))["items"]
        for policy in listed:
            status = policy.get("status") or {}
            if status.get("observedGeneration") == policy["metadata"]["generation"] and "typeChecking" in status:
                found[policy["metadata"]["name"]] = status["typeChecking"].get("expressionWarnings", [])
        return len(found) == len(names)

    guarded.until(all_checked)
    return found


def test_a_model_and_a_server_config_of_the_team_are_taken(guard_on: Guarded) -> None:
    for obj in (model("gs://models/iris"), server_config(pod()), server()):
        assert refusal(guard_on.client, obj) == ""


def test_an_invalid_object_is_not_the_guards(guard_on: Guarded) -> None:
    with pytest.raises(Invalid):
        guard_on.client.create(RESOURCES["Server"], {**server(), "spec": {}}, dry_run=True)
