# SPDX-License-Identifier: GPL-3.0-or-later
"""A running tenant is closed and opened again on a real API server, without interrupting a flow that it needs."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from itertools import product
from pathlib import Path
from random import Random
from typing import Any

import pytest
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.applyset.passing import Passing
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.isolation.network.evaluate import (
    Where,
    verdict,
)
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.isolation.network.pod import PodKey
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.isolation.network.policy import read_policy
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.isolation.network.world import Network
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.kube.connection import connect
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.kube.errors import KubeError
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.kube.resources import (
    NAMESPACE,
    NETWORK_POLICY,
    POD,
)
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.tenant.network.switch import opening

from lab.apiserver_endpoints import ADDRESS, PORT
from tests.conformance.network.worlds import Maker
from tests.integration.tenancy import PLATFORM, Tenancy
from tests.unit.isolation.test_network_malformed import FAULTY

SERVER = "apiVersion: mlops.seldon.io/v1alpha1\nkind: Server\nmetadata:\n  name: inference\nspec:\n  serverConfig: mlserver\n"
DNS = PodKey("kube-system", "dns")
DNS_POD = {
    "metadata": {"namespace": "kube-system", "name": "dns", "labels": {"k8s-app": "kube-dns"}},
    "spec": {},
    "status": {"podIPs": [{"ip": "10.99.0.10"}]},
}


class Watcher:
    """The tenant's running pods, and the changes of its policies from the audit log."""

    def __init__(self, tenancy: Tenancy, tenant: str) -> None:
        self._tenancy, self._tenant = tenancy, tenant
        client = connect({"kubeconfig": str(tenancy.lab.kubeconfig)})
        self.namespaces = client.list(NAMESPACE)
        self.pods = [*client.list(POD, tenant), *client.list(POD, PLATFORM), DNS_POD]
        self._mark = tenancy.lab.audit.mark()

    def policies(self) -> dict[str, Any]:
        found = json.loads(self._tenancy.lab.kubectl("get", "networkpolicies", "-n", self._tenant, "-o", "json"))[
            "items"
        ]
        return {policy["metadata"]["name"]: policy for policy in found}

    def changes(self) -> Iterator[tuple[str, str]]:
        """Verb and name, in the order of the writes."""
        for line in self._tenancy.writes(self._mark):
            verb, _, uri = line.partition(" ")
            if f"/namespaces/{self._tenant}/networkpolicies/" in uri and "dryRun" not in uri:
                yield verb, uri.rpartition("/")[2].partition("?")[0]

    def lost(self, contents: dict[str, Any], before: set[str]) -> list[str]:
        """The needed flows that were closed after one of the writes; ``contents`` are all policies that were created or
        deleted.
        """
        present, lost = set(before), []
        for verb, name in self.changes():
            present = present - {name} if verb == "delete" else present | {name}
            network = Network(self.namespaces, self.pods, [contents[name] for name in present])
            for source, destination, port in self.needed():
                said = verdict(network, source, destination, port)
                if said.outcome.value != "allowed":
                    lost.append(f"after {verb} {name}: {source} to {destination} {port}: {said.text()}")
        return lost

    def needed(self) -> list[tuple[Where, Where, int]]:
        scheduler, envoy, server = (
            self._pod(self._tenant, {"app.kubernetes.io/name": name})
            for name in ("seldon-scheduler", "seldon-envoy", "seldon-server")
        )
        operator = self._pod(PLATFORM, {"ml-platform.seldon/tenant": self._tenant})
        return [
            (operator, scheduler, 9004), (server, scheduler, 9005), (envoy, scheduler, 9002), (envoy, server, 9001),
            (server, envoy, 9000), (server, DNS, 53), (scheduler, DNS, 53), (envoy, DNS, 53), (server, ADDRESS, PORT),
        ]  # fmt: skip

    def outcome(self, source: PodKey, destination: PodKey, port: int) -> str:
        network = Network(self.namespaces, self.pods, list(self.policies().values()))
        return verdict(network, source, destination, port).outcome.value

    def _pod(self, namespace: str, labels: dict[str, str]) -> PodKey:
        [found] = [
            pod["metadata"]["name"] for pod in self.pods
            if pod["metadata"]["namespace"] == namespace and labels.items() <= (pod["metadata"].get("labels") or {}).items()
        ]  # fmt: skip
        return PodKey(namespace, found)


@pytest.fixture()
def manifests(tmp_path: Path) -> list[Path]:
    (tmp_path / "server.yaml").write_text(SERVER)
    return [tmp_path]


def test_a_running_tenant_is_closed_and_opened_and_loses_no_needed_flow(
    tenancy: Tenancy, manifests: list[Path]
) -> None:
    tenant = "closing"
    tenancy.done(tenant, manifests, network_policies=False)
    watcher = Watcher(tenancy, tenant)
    assert watcher.policies() == {}
    result = tenancy.done(tenant, manifests)
    assert result["changed"]
    changes, closed = list(watcher.changes()), watcher.policies()
    assert changes[0] == ("patch", "tenant-opening") and changes[-2:] == [
        ("patch", "tenant-default-deny"),
        ("delete", "tenant-opening"),
    ]
    assert set(closed) == {name for _, name in changes} - {"tenant-opening"}
    contents = {**closed, "tenant-opening": opening(tenant)}
    assert watcher.lost(contents, set()) == []
    # Without that policy, the same writes would close some flows.
    assert (
        watcher.lost(
            {
                **contents,
                "tenant-opening": {**opening(tenant), "spec": {"podSelector": {"matchLabels": {"no": "pod"}}}},
            },
            set(),
        )
        != []
    )
    server, scheduler = watcher.needed()[1][:2]
    assert isinstance(server, PodKey) and isinstance(scheduler, PodKey)
    assert [
        watcher.outcome(DNS, server, 5572),
        watcher.outcome(scheduler, server, 5572),
        watcher.outcome(server, scheduler, 9005),
    ] == ["denied", "denied", "allowed"]
    mark = tenancy.lab.audit.mark()
    assert not tenancy.done(tenant, manifests)["changed"]
    assert tenancy.writes(mark) == []

    watcher = Watcher(tenancy, tenant)
    tenancy.done(tenant, manifests, network_policies=False)
    changes = list(watcher.changes())
    assert changes[:2] == [("patch", "tenant-opening"), ("delete", "tenant-default-deny")] and changes[-1] == (
        "delete",
        "tenant-opening",
    )
    assert watcher.policies() == {} and watcher.lost(contents, set(closed)) == []
    mark = tenancy.lab.audit.mark()
    assert not tenancy.done(tenant, manifests, network_policies=False)["changed"]
    assert tenancy.writes(mark) == []


AROUND = {
    "kube-system/dns": {"k8s-app": "kube-dns"},
    "dns-two/dns": {"k8s-app": "kube-dns"},
    "minio/minio": {},
    "s3/s3": {},
    "monitoring/p": {"app.kubernetes.io/name": "prometheus"},
    "observability/p": {},
}
PORTS = (53, 443, 6443, 9000, 9001, 9002, 9003, 9004, 9005, 9006, 8082)
CLOSED_ONE_WAY: dict[str, Any] = {
    "egress": [{"namespace": "minio", "port": 9000}, {"namespace": "dns-two", "port": 53}],
    "ingress": [{"namespace": "s3"}, {"namespace": "minio"}],
}
CLOSED_ANOTHER: dict[str, Any] = {
    # The flow to each DNS server moves from one policy to the other.
    "egress": [{"namespace": "s3", "port": 9000}, {"namespace": "kube-system", "port": 53}],
    "ingress": [{"namespace": "s3"}, {"namespace": "closed-lists", "pod_labels": {"app": "app"}}],
    "network": {
        "dns": [{"namespace": "dns-two"}],
        "monitoring": [{"namespace": "observability"}],
        "apiserver_cidrs": ["192.0.2.0/31"],
    },
}


class States:
    """All states between two sets of a tenant's policies, in the audit log's order of writes."""

    def __init__(self, watcher: Watcher, tenant: str) -> None:
        self._watcher, self._tenant = watcher, tenant
        self._pods = [pod for pod in watcher.pods if pod is not DNS_POD]
        self._pods += [
            {"metadata": dict(zip(("namespace", "name"), title.split("/"), strict=True)) | {"labels": labels}}
            for title, labels in AROUND.items()
        ]
        self._ends: list[Where] = [
            ADDRESS,
            *(PodKey(pod["metadata"]["namespace"], pod["metadata"]["name"]) for pod in self._pods),
        ]

    def allowed(self, policies: Iterable[dict[str, Any]]) -> set[tuple[Where, Where, int, str]]:
        network = Network(self._watcher.namespaces, self._pods, policies)
        pairs = [
            pair
            for pair in product(self._ends, self._ends)
            if any(isinstance(end, PodKey) and end.namespace == self._tenant for end in pair)
        ]
        asked = [(*pair, port, protocol) for pair in pairs for port in PORTS for protocol in ("TCP", "UDP")]
        return {question for question in asked if verdict(network, *question).outcome.value == "allowed"}

    def lost(self, before: dict[str, Any], after: dict[str, Any], passing: bool = True) -> list[str]:
        """The flows that both ends of the change allow, and a state between does not; without ``passing``: as if no
        copies had been made.
        """
        common, state, lost = self.allowed(before.values()) & self.allowed(after.values()), dict(before), []
        assert common
        for verb, name in self._watcher.changes():
            original, copied, _digest = name.partition("-before-")
            if copied and not passing:
                continue
            if verb == "delete":
                del state[name]
            else:
                state[name] = (
                    {**before[original], "metadata": {**before[original]["metadata"], "name": name}}
                    if copied
                    else after[name]
                )
            now = self.allowed(state.values())
            lost += [f"after {verb} {name}: {question}" for question in sorted(common - now, key=str)]
            assert now <= self.allowed([*before.values(), *after.values()]), (
                f"after {verb} {name}: more than before or after"
            )
        assert not passing or state.keys() == after.keys()
        return lost


def test_lists_of_a_closed_tenant_change_and_no_flow_is_lost_that_stays(
    tenancy: Tenancy, manifests: list[Path]
) -> None:
    tenant = "closed-lists"
    tenancy.done(tenant, manifests, **CLOSED_ONE_WAY)
    for options in (CLOSED_ANOTHER, CLOSED_ONE_WAY):
        watcher = Watcher(tenancy, tenant)
        before = watcher.policies()
        tenancy.done(tenant, manifests, **options)
        states, after = States(watcher, tenant), watcher.policies()
        assert before.keys() != after.keys() and not any("-before-" in name for name in after)
        assert states.lost(before, after) == []
        assert states.lost(before, after, passing=False) != []
        mark = tenancy.lab.audit.mark()
        assert not tenancy.done(tenant, manifests, **options)["changed"]
        assert tenancy.writes(mark) == []


def test_one_write_needs_nothing_beside_it(tenancy: Tenancy) -> None:
    tenant = "closed-once"
    tenancy.done(tenant, egress=[{"namespace": "minio", "port": 9000}])
    watcher = Watcher(tenancy, tenant)
    tenancy.done(tenant, egress=[{"namespace": "s3", "port": 9000}])
    assert list(watcher.changes()) == [("patch", "tenant-egress")]


def test_check_mode_predicts_the_policies_and_writes_none(tenancy: Tenancy) -> None:
    tenancy.done("foreseen", network_policies=False)
    mark = tenancy.lab.audit.mark()
    predicted = tenancy.done("foreseen", check=True)
    assert tenancy.writes(mark) == [] or all("dryRun" in line for line in tenancy.writes(mark))
    assert {entry["name"] for entry in predicted["objects"] if entry["kind"] == "NetworkPolicy"} == tenancy_policies(
        tenancy, "foreseen"
    )


def tenancy_policies(tenancy: Tenancy, tenant: str) -> set[str]:
    tenancy.done(tenant)
    return tenancy.names("networkpolicies", tenant)


def test_what_a_killed_run_left_open_is_closed_by_the_next(tenancy: Tenancy, monkeypatch: pytest.MonkeyPatch) -> None:
    tenancy.done("cut", network_policies=False)

    def killed(*_arguments: Any) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched, pytest.raises(KeyboardInterrupt):
        patched.setattr(Passing, "lift", killed)
        tenancy.done("cut")
    assert "tenant-opening" in tenancy.names("networkpolicies", "cut")
    assert tenancy.done("cut")["changed"]
    assert "tenant-opening" not in tenancy.names("networkpolicies", "cut") and "tenant-default-deny" in tenancy.names(
        "networkpolicies", "cut"
    )
    assert not tenancy.done("cut")["changed"]


def granted(tenancy: Tenancy, user: str, *rules: dict[str, Any]) -> None:
    rbac = "rbac.authorization.k8s.io"
    tenancy.apply({"apiVersion": f"{rbac}/v1", "kind": "ClusterRole", "metadata": {"name": user}, "rules": list(rules)})
    reference = {"apiGroup": rbac, "kind": "ClusterRole", "name": user}
    subject = {"apiGroup": rbac, "kind": "User", "name": user}
    tenancy.apply(
        {
            "apiVersion": f"{rbac}/v1",
            "kind": "ClusterRoleBinding",
            "metadata": {"name": user},
            "subjects": [subject],
            "roleRef": reference,
        }
    )


def test_who_may_not_see_where_the_api_server_is_has_to_say_it(tenancy: Tenancy) -> None:
    groups = ["", "apps", "mlops.seldon.io", "rbac.authorization.k8s.io", "networking.k8s.io"]
    granted(tenancy, "blind", {"apiGroups": groups, "resources": ["*"], "verbs": ["*"]})
    said = tenancy.refused("unseen", impersonate_user="blind")
    assert "endpointslices" in said and "set tenant_namespace_network.apiserver_cidrs" in said
    told = {"network": {"apiserver_cidrs": [f"{ADDRESS}/32"]}}
    assert not tenancy.run("unseen", check=True, impersonate_user="blind", **told).get("failed")


def test_without_the_permission_to_network_policies_nothing_is_written(tenancy: Tenancy) -> None:
    everything_else = {
        "apiGroups": ["", "apps", "mlops.seldon.io", "rbac.authorization.k8s.io", "discovery.k8s.io"],
        "resources": ["*"],
        "verbs": ["*"],
    }
    policies = {"apiGroups": ["networking.k8s.io"], "resources": ["networkpolicies"]}
    tenancy.done("readonly", network_policies=False)
    granted(tenancy, "reader", everything_else, {**policies, "verbs": ["get", "list"]})
    said = tenancy.refused("readonly", impersonate_user="reader")
    assert 'User "reader" cannot patch resource "networkpolicies"' in said and "tenant-default-deny" in said
    granted(tenancy, "reader", everything_else, {**policies, "verbs": ["create", "delete", "get", "list", "patch"]})
    tenancy.done("readonly", impersonate_user="reader")


def test_the_api_server_refuses_what_the_evaluator_calls_malformed(tenancy: Tenancy) -> None:
    client = connect({"kubeconfig": str(tenancy.lab.kubeconfig)})
    accepted = []
    for policy, fault in FAULTY:
        try:
            client.apply(
                NETWORK_POLICY,
                {**policy, "metadata": {"name": "p", "namespace": "default"}},
                field_manager="test",
                dry_run=True,
            )
            accepted.append(fault)
        except KubeError:
            pass
    assert accepted == []


def test_the_api_server_defaults_policy_types_as_the_evaluator_does(tenancy: Tenancy) -> None:
    client = connect({"kubeconfig": str(tenancy.lab.kubeconfig)})
    seen = set()
    for number in range(40):
        world = Maker(Random(f"defaults/{number}")).world()  # noqa: S311
        for place, policy in enumerate(world.policies):
            if place in world.broken:
                continue
            # Since 1.36 a new policy may not have 10.1.0.5/29; in an older one it means 10.1.0.0/29.
            placed = json.loads(
                json.dumps({**policy, "metadata": {"name": "p", "namespace": "default"}}).replace(
                    "10.1.0.5/29", "10.1.0.0/29"
                )
            )
            stored = client.apply(NETWORK_POLICY, placed, field_manager="test", dry_run=True)
            read = read_policy(placed)
            assert not read.fault and {direction.value for direction in read.rules} == set(
                stored["spec"]["policyTypes"]
            ), placed
            seen.add(tuple(stored["spec"]["policyTypes"]))
    assert len(seen) >= 3
