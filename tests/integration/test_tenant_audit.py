# SPDX-License-Identifier: GPL-3.0-or-later
"""The audit of a real cluster: no finding in two clean tenants, a finding for every seeded fault, and the same
permissions as the API server reports.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.kube.client import KubeClient
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.kube.connection import connect
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.tenant_audit.access import (
    ACCOUNTS,
    AUTHENTICATED,
    Question,
    Subject,
    account_of,
    service_account,
)
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.tenant_audit.answer import tenant_audit
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.tenant_audit.holders import ASKED, holders
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.tenant_audit.powers import POWERS
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.tenant_audit.read import read
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.tenant_audit.world import World

from lab.layout import REPOSITORY
from lab.pod_logs import cri_line, pod_log
from tests.conformance.rbac.live import ask
from tests.integration.personas import service_account as persona
from tests.integration.tenancy import PLATFORM, Tenancy, own_lab

OWN, OTHER = "fraud-detection", "recommendation-engine"
OPERATOR = f"seldon-v2-controller-manager-{OWN}"
CANARY = "c2VjcmV0LWNhbmFyeQ=="
ACCESS = {
    OWN: {"owners": {"users": ["olga"]}, "deployers": {"groups": ["fraud-engineers"]}},
    OTHER: {"deployers": {"groups": ["recs-engineers"]}},
}
RBAC = "rbac.authorization.k8s.io"


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Tenancy]:
    """A lab with only the two examples."""
    with own_lab(tmp_path_factory.mktemp("audit")) as tenancy:
        tenancy.install("2.10.2")
        for tenant in (OWN, OTHER):
            tenancy.done(tenant, [REPOSITORY / "examples" / tenant / "k8s" / "base"], access=ACCESS[tenant])
        yield tenancy


@pytest.fixture(scope="module")
def client(world: Tenancy) -> KubeClient:
    return connect({"kubeconfig": str(world.lab.kubeconfig)})


def audited(client: KubeClient, **options: Any) -> dict[str, Any]:
    return tenant_audit(client, options.get("namespaces"), PLATFORM, options.get("waivers", ()))


def test_clean_tenants_have_no_findings(world: Tenancy, client: KubeClient) -> None:
    mark = world.lab.audit.mark()
    result = audited(client)
    assert result["findings"] == [] and result["verdict"] == "ok", result["text"]
    assert {name: metric["state"] for name, metric in result["metrics"].items()} == dict.fromkeys(
        result["metrics"], "met"
    )
    requests = [
        request for request in world.lab.audit.since(mark) if request.user_agent.startswith("ml_platform.seldon")
    ]
    assert not any(request.is_write for request in requests)
    logs = sorted(request.name for request in requests if request.subresource == "log")
    assert logs == sorted(operators(world).values()) and len(logs) == 3
    assert len(requests) - len(logs) <= 30


def operators(world: Tenancy) -> dict[str, str]:
    """The operators' pods by tenant; the key of the central one is empty."""
    pods = json.loads(world.lab.kubectl("get", "pods", "-n", PLATFORM, "-o", "json"))["items"]
    return {pod["metadata"]["labels"].get("ml-platform.seldon/tenant", ""): pod["metadata"]["name"] for pod in pods}


@contextmanager
def written(world: Tenancy, pod: str, line: str) -> Iterator[None]:
    """Adds the line to the operator's log with the current time, until the end of the block."""
    path = pod_log(world.lab.layout, PLATFORM, pod)
    with path.open("ab", buffering=0) as log:
        log.write(cri_line(line.encode(), datetime.now(UTC)))
    try:
        yield
    finally:
        path.write_text("".join(kept for kept in path.read_text().splitlines(keepends=True) if line not in kept))


def binding(name: str, subject: dict[str, str], namespace: str = OWN) -> dict[str, Any]:
    reference = {"apiGroup": RBAC, "kind": "Role", "name": name}
    return {
        "apiVersion": f"{RBAC}/v1",
        "kind": "RoleBinding",
        "metadata": {"name": name, "namespace": namespace},
        "roleRef": reference,
        "subjects": [subject],
    }


def role(name: str, group: str, resource: str, verb: str) -> dict[str, Any]:
    rules = [{"apiGroups": [group], "resources": [resource], "verbs": [verb]}]
    return {"apiVersion": f"{RBAC}/v1", "kind": "Role", "metadata": {"name": name, "namespace": OWN}, "rules": rules}


def person(kind: str, name: str) -> dict[str, str]:
    return {"apiGroup": RBAC, "kind": kind, "name": name}


def policy(name: str, **spec: Any) -> dict[str, Any]:
    return {
        "apiVersion": "networking.k8s.io/v1",
        "kind": "NetworkPolicy",
        "metadata": {"name": name, "namespace": OWN},
        "spec": {"podSelector": {}, **spec},
    }


def service(name: str, **spec: Any) -> dict[str, Any]:
    return {"apiVersion": "v1", "kind": "Service", "metadata": {"name": name, "namespace": OWN}, "spec": spec}


def named(namespace: str) -> dict[str, Any]:
    return {"namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": namespace}}}


def config(name: str, value: str) -> dict[str, Any]:
    spec = {
        "podSpec": {
            "containers": [
                {"name": "mlserver", "image": "registry.example/one:1", "env": [{"name": "URL", "value": value}]}
            ]
        }
    }
    return {
        "apiVersion": "mlops.seldon.io/v1alpha1",
        "kind": "ServerConfig",
        "metadata": {"name": name, "namespace": OWN},
        "spec": spec,
    }


ADDED: dict[str, tuple[str, list[dict[str, Any]]]] = {
    "a stranger reads Secrets": ("TA103", [role("x", "", "secrets", "get"), binding("x", person("User", "mallory"))]),
    "another tenant's Server": ("TA102", [role("x", "", "secrets", "get"), binding("x", {"kind": "ServiceAccount", "name": "seldon-server", "namespace": OTHER})]),
    "everybody": ("TA101", [role("x", "", "pods", "list"), binding("x", person("Group", "system:authenticated"))]),
    "a stranger deletes policies": ("TA104", [role("x", "networking.k8s.io", "networkpolicies", "delete"), binding("x", person("User", "mallory"))]),
    "the team reads Secrets": ("TA112", [role("x", "", "secrets", "list"), binding("x", person("Group", "fraud-engineers"))]),
    "the team runs commands": ("TA113", [role("x", "", "pods/exec", "create"), binding("x", person("User", "olga"))]),
    "a binding to nobody": ("TA506", [binding("tenant-viewer", {"kind": "ServiceAccount", "name": "absent", "namespace": OWN}) | {"metadata": {"name": "x", "namespace": OWN}}]),
    "another tenant is let in": ("TA203", [policy("x", policyTypes=["Ingress"], ingress=[{"from": [named(OTHER)], "ports": [{"port": 8080}]}])]),
    "everybody is let in": ("TA204", [policy("x", policyTypes=["Ingress"], ingress=[{"ports": [{"port": 8080}]}])]),
    "rclone is open": ("TA206", [policy("x", policyTypes=["Ingress"], ingress=[{"from": [{"podSelector": {}}], "ports": [{"port": 5572}]}])]),
    "the metadata address": ("TA209", [policy("x", policyTypes=["Egress"], egress=[{"to": [{"ipBlock": {"cidr": "169.254.0.0/16"}}]}])]),
    "a NodePort": ("TA212", [service("x", type="NodePort", ports=[{"port": 80}], selector={"app": "x"})]),
    "external addresses": ("TA214", [service("x", ports=[{"port": 80}], externalIPs=["192.0.2.1"])]),
    "an alias": ("TA808", [service("x", type="ExternalName", externalName=f"seldon-mesh.{OTHER}.svc.cluster.local")]),
    "another tenant's Service": ("TA801", [config("x", f"http://seldon-mesh.{OTHER}:80")]),
    "a missing Secret": ("TA805", [{"apiVersion": "mlops.seldon.io/v1alpha1", "kind": "Model", "metadata": {"name": "x", "namespace": OWN}, "spec": {"storageUri": "gs://b/x", "requirements": ["x"], "secretName": "absent"}}]),
    "a claim that is left": ("TA504", [{"apiVersion": "v1", "kind": "PersistentVolumeClaim", "metadata": {"name": "x", "namespace": OWN}, "spec": {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "1Gi"}}}}]),
}  # fmt: skip


@pytest.mark.parametrize("what", ADDED)
def test_an_object_that_is_a_fault_is_found(world: Tenancy, client: KubeClient, what: str) -> None:
    rule, objects = ADDED[what]
    for obj in objects:
        world.apply(obj)
    try:
        found = audited(client)["findings"]
        assert rule in {finding["rule"] for finding in found}, found
        assert {finding["tenant"] for finding in found} <= {OWN, ""}
    finally:
        for obj in reversed(objects):
            world.lab.kubectl("delete", obj["kind"], obj["metadata"]["name"], "-n", OWN, "--wait=true")


def test_a_volume_that_outlives_its_claim_is_found(world: Tenancy, client: KubeClient) -> None:
    """A volume of a tenant's claim, and one of a namespace that is gone; the audit ignores a volume that was never
    claimed.
    """
    owners = {
        "left-behind": {"namespace": OWN, "name": "models", "uid": "1"},
        "of-the-gone": {"namespace": "gone", "name": "models", "uid": "2"},
        "free": None,
    }
    spec = {
        "capacity": {"storage": "1Gi"},
        "accessModes": ["ReadWriteOnce"],
        "persistentVolumeReclaimPolicy": "Retain",
        "storageClassName": "none",
        "hostPath": {"path": "/x"},
    }
    try:
        for name, owner in owners.items():
            claim = {"claimRef": owner} if owner else {}
            world.apply(
                {"apiVersion": "v1", "kind": "PersistentVolume", "metadata": {"name": name}, "spec": {**spec, **claim}}
            )
        for name, owner in owners.items():
            phase = "Released" if owner else "Available"
            world.lab.kubectl("wait", f"pv/{name}", f"--for=jsonpath={{.status.phase}}={phase}", "--timeout=60s")
        found = {finding["object"]: (finding["rule"], finding["tenant"]) for finding in audited(client)["findings"]}
        assert found == {
            "PersistentVolume left-behind": ("TA509", OWN),
            "PersistentVolume of-the-gone": ("TA509", "gone"),
        }
    finally:
        for name in owners:
            world.lab.kubectl("delete", "pv", name, "--wait=true")


@contextmanager
def repaired(world: Tenancy) -> Iterator[None]:
    """Deploys after the test, which repairs the fault and takes over the changed fields."""
    try:
        yield
    finally:
        world.done(OWN, [REPOSITORY / "examples" / OWN / "k8s" / "base"], access=ACCESS[OWN], take_over=True)


CHANGED: dict[str, tuple[str, str, Callable[[Tenancy], Any]]] = {
    "the quota is raised": ("TA403", ".spec.hard.requests.cpu", lambda world: world.patch("resourcequota", "tenant-quota", OWN, {"spec": {"hard": {"requests.cpu": "200"}}})),
    "the level is lowered": ("TA403", ".metadata.labels.pod-security.kubernetes.io/enforce", lambda world: world.lab.kubectl("label", "ns", OWN, "pod-security.kubernetes.io/enforce=privileged", "--overwrite")),
    "a subject is added": ("TA403", ".subjects", lambda world: world.patch("rolebinding", "tenant-deployer", OWN, {"subjects": [person("User", "mallory")]})),
    "the default deny is gone": ("TA401", "", lambda world: world.lab.kubectl("delete", "netpol", "tenant-default-deny", "-n", OWN)),
    "a label is removed": ("TA404", ".metadata.labels.pod-security.kubernetes.io/warn", lambda world: world.lab.kubectl("label", "ns", OWN, "pod-security.kubernetes.io/warn-")),
}  # fmt: skip


@pytest.mark.parametrize("what", CHANGED)
def test_a_guard_rail_that_was_changed_is_named_with_its_field_and_who_changed_it(
    world: Tenancy, client: KubeClient, what: str
) -> None:
    rule, field, change = CHANGED[what]
    with repaired(world):
        change(world)
        found = [finding for finding in audited(client)["findings"] if finding["rule"] == rule]
        assert [finding["field"] for finding in found] == [field]
        assert rule != "TA403" or 'written by "kubectl' in found[0]["evidence"]
    assert audited(client)["findings"] == []


def asker(subject: str) -> Subject:
    """The subject of that name, with the groups that the API server adds."""
    kind, _, name = subject.partition(" ")
    account = account_of(name) if kind == "User" else None
    if account:
        return service_account(*account)
    return Subject(name, (AUTHENTICATED,)) if kind == "User" else Subject("somebody", (name,))


def test_everything_that_it_says_of_access_is_what_the_api_server_says(client: KubeClient) -> None:
    """Each request of the three powers in each tenant, for every subject of any binding."""
    judged = World(read(client, PLATFORM))
    for holder in holders(judged):
        assert ask(client, asker(holder.subject), holder.question), holder
    subjects = {
        subject
        for subject in judged.access.grants.by_subject
        if not subject.startswith(("User system:kube", "Group system:masters")) and ":kube-system:" not in subject
    }
    subjects |= {f"User system:serviceaccount:{namespace}:default" for namespace in (OWN, OTHER, PLATFORM)} | {
        "User mallory",
        f"Group {ACCOUNTS}:{OTHER}",
    }
    asked = 0
    for subject in sorted(subjects):
        for namespace in (OWN, OTHER):
            for power in ASKED:
                for group, resources, verbs in POWERS[power]:
                    for question in (
                        Question(verb, group, resource, namespace) for resource in resources for verb in verbs
                    ):
                        asked += 1
                        assert (
                            ask(client, asker(subject), question)
                            is judged.access.decide(asker(subject), question).allowed
                        ), (subject, question)
    assert asked > 1000


REFUSED = f'secrets is forbidden: User "system:serviceaccount:{PLATFORM}:{OPERATOR}" cannot list resource "secrets" in API group "" in the namespace "{OWN}"'


@pytest.mark.parametrize("tenant", [OWN, ""])
@pytest.mark.parametrize(
    "line",
    [
        f"W1127 reflector.go:561] failed to list *v1.Secret: {REFUSED}",
        json.dumps({"level": "error", "error": REFUSED, "token": CANARY}),
    ],
)
def test_a_refusal_in_an_operators_log_is_found_and_nothing_else(
    world: Tenancy, client: KubeClient, tenant: str, line: str
) -> None:
    pod = operators(world)[tenant]
    with written(world, pod, line):
        assert REFUSED.partition('"')[0] in world.lab.kubectl("logs", "-n", PLATFORM, pod, "--tail=3")
        result = audited(client)
        (finding,) = result["findings"]
        assert (finding["rule"], finding["tenant"], finding["object"]) == ("TA607", tenant, f"Pod {PLATFORM}/{pod}")
        assert (
            finding["evidence"] == f"1 line: system:serviceaccount:{PLATFORM}:{OPERATOR} cannot list secrets in {OWN}"
        )
        assert (result["metrics"]["permission_errors"]["state"], result["metrics"]["permission_errors"]["value"]) == (
            "missed",
            1,
        )
        assert CANARY not in json.dumps(result)
        assert audited(client, namespaces=[OTHER])["findings"] == ([] if tenant else result["findings"])
    assert audited(client)["verdict"] == "ok"


def test_a_permission_that_an_operator_lacks_is_in_the_log_that_it_writes(world: Tenancy, client: KubeClient) -> None:
    """The line is real: the test empties the Role of the running operator."""
    with repaired(world):
        world.lab.kubectl("patch", "role", "seldon-v2-manager-role", "-n", OWN, "--type=merge", "-p", '{"rules": []}')
        deadline = time.monotonic() + 60
        while not (found := [finding for finding in audited(client)["findings"] if finding["rule"] == "TA607"]):
            assert time.monotonic() < deadline, "the operator says nothing of it"
            world.lab.kubectl(
                "annotate", "server", "--all", "-n", OWN, f"example.com/touched={time.monotonic()}", "--overwrite"
            )
            time.sleep(1)
        assert {(finding["tenant"], finding["object"]) for finding in found} == {
            (OWN, f"Pod {PLATFORM}/{operators(world)[OWN]}")
        }
        assert f"system:serviceaccount:{PLATFORM}:{OPERATOR} cannot" in found[0]["evidence"]
    world.lab.kubectl("delete", "pod", operators(world)[OWN], "-n", PLATFORM, "--wait=true")
    world.lab.kubectl("rollout", "status", f"deployment/{OPERATOR}", "-n", PLATFORM, "--timeout=60s")
    deadline = time.monotonic() + 60
    while found := audited(client)["findings"]:  # the new operator has to reconcile every object first
        assert {finding["rule"] for finding in found} <= {"TA602", "TA603", "TA901"} and time.monotonic() < deadline, (
            found
        )
        time.sleep(1)


def test_a_credential_that_may_read_no_logs_leaves_permission_errors_unknown(world: Tenancy, tmp_path: Path) -> None:
    """Everything else is listed and evaluated."""
    everything = [
        {"apiGroups": ["*"], "resources": ["*"], "verbs": ["list"]},
        {"nonResourceURLs": ["/version"], "verbs": ["get"]},
    ]
    world.apply(
        {"apiVersion": f"{RBAC}/v1", "kind": "ClusterRole", "metadata": {"name": "system:auditor"}, "rules": everything}
    )
    world.lab.kubectl("create", "serviceaccount", "auditor", "-n", "kube-system")
    world.lab.kubectl(
        "create",
        "clusterrolebinding",
        "system:auditor",
        "--clusterrole=system:auditor",
        "--serviceaccount=kube-system:auditor",
    )
    try:
        result = audited(
            connect({"kubeconfig": str(persona(world.lab, tmp_path, "kube-system", "auditor").kubeconfig)})
        )
        assert (result["verdict"], result["findings"]) == ("unknown", [])
        (unread,) = result["unreadable"]
        assert (
            unread["kind"] == "pods/log"
            and "3 of 3 operators' logs" in unread["reason"]
            and 'cannot get resource "pods/log"' in unread["reason"]
        )
        assert result["unknown_rules"] == [{"rule": "TA607", "kinds": ["pods/log"]}]
        states = {name: metric["state"] for name, metric in result["metrics"].items()}
        assert states.pop("permission_errors") == "unknown" and set(states.values()) == {"met"}
    finally:
        world.lab.kubectl("delete", "clusterrolebinding,clusterrole", "system:auditor")
        world.lab.kubectl("delete", "serviceaccount", "auditor", "-n", "kube-system")


def test_a_secrets_value_is_nowhere(world: Tenancy, client: KubeClient) -> None:
    """kubectl's copies of a Secret and a ConfigMap in annotations, and a log, contain the value too."""
    kept = {"Secret": {"data": {"token": CANARY}}, "ConfigMap": {"data": {"token": CANARY}}}
    for kind, content in kept.items():
        for namespace in (OWN, PLATFORM):
            obj = {"apiVersion": "v1", "kind": kind, "metadata": {"name": "canary", "namespace": namespace}, **content}
            world.lab.kubectl("apply", "-f", "-", stdin=json.dumps(obj))
            assert CANARY in world.lab.kubectl(
                "get", kind, "canary", "-n", namespace, "-o", "jsonpath={.metadata.annotations}"
            )
    try:
        with written(world, operators(world)[OWN], f"{CANARY} {REFUSED} {CANARY}"):
            result, snapshot = audited(client), read(client, PLATFORM)
        assert [finding["rule"] for finding in result["findings"]] == ["TA607"]
        assert CANARY not in json.dumps(result) and CANARY not in repr(snapshot)
    finally:
        for namespace in (OWN, PLATFORM):
            world.lab.kubectl("delete", "secret/canary", "configmap/canary", "-n", namespace)


def test_whoever_may_read_little_gets_a_report_of_little(world: Tenancy, tmp_path: Path) -> None:
    """A ServiceAccount of the team may list nothing of the whole cluster."""
    little = persona(world.lab, tmp_path, OWN, "default")
    result = audited(connect({"kubeconfig": str(little.kubeconfig)}))
    assert (result["verdict"], result["findings"]) == ("unknown", [])
    assert len(result["unreadable"]) > 20 and all("forbidden" in entry["reason"] for entry in result["unreadable"])
    assert {metric["state"] for metric in result["metrics"].values()} == {"unknown"}
