# SPDX-License-Identifier: GPL-3.0-or-later
"""Allowed connections between all live pods of two deployed tenants, by the live policies."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import product
from typing import Any, NamedTuple

import pytest
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.isolation.network.evaluate import (
    Where,
    verdict,
)
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.isolation.network.pod import PodKey
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.isolation.network.verdict import Outcome
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.isolation.network.world import Network
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.kube.connection import connect
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.kube.resources import (
    NAMESPACE,
    NETWORK_POLICY,
    POD,
)
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.kube.types import KubeObject
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.tenant.network.peers import DEFAULT_DENY

from tests.integration.deployment import Deployment
from tests.integration.network_flows import (
    ADDRESSES,
    FRAUD,
    NEEDED,
    OF_OPERATORS,
    OPTIONS,
    OUTSIDE,
    PORTS,
    PRICES,
    TEAM_PODS,
    Flow,
)

PLATFORM = "seldon-system"
CENTRAL = {"control-plane": "v2-controller-manager"}
TENANTS = (FRAUD, PRICES)
PROTOCOLS = ("TCP", "UDP")
SERVER = "apiVersion: mlops.seldon.io/v1alpha1\nkind: Server\nmetadata: {name: inference}\nspec: {serverConfig: mlserver, replicas: 2, minReplicas: 2, maxReplicas: 2}\n"


class Connection(NamedTuple):
    """One port of the destination that the source connects to."""

    source: Where
    destination: Where
    port: int
    protocol: str


@dataclass(frozen=True)
class Listed:
    """Objects of a cluster, as LIST returned them."""

    namespaces: Sequence[KubeObject]
    pods: Sequence[KubeObject]
    policies: Sequence[KubeObject]

    def network(self) -> Network:
        return Network(self.namespaces, self.pods, self.policies)

    def named(self) -> dict[str, list[PodKey]]:
        """The pods by their names in the list of needed flows."""
        found: dict[str, list[PodKey]] = {}
        for pod in self.pods:
            metadata = pod["metadata"]
            found.setdefault(f"{metadata['namespace']}/{_title(metadata)}", []).append(
                PodKey(metadata["namespace"], metadata["name"])
            )
        return found

    def judged(self) -> Iterator[tuple[Connection, Outcome]]:
        """Every pair of ends with at least one pod of a tenant or operator, at every port in policies or flows."""
        network, operators = self.network(), set(self._operators())
        ends: list[Where] = [*network.pods, *ADDRESSES]
        for source, destination in product(ends, ends):
            restricted = [
                end
                for end in (source, destination)
                if isinstance(end, PodKey) and (end.namespace in TENANTS or end in operators)
            ]
            if restricted and source != destination:
                for port, protocol in product(self._ports(), PROTOCOLS):
                    yield (
                        Connection(source, destination, port, protocol),
                        verdict(network, source, destination, port, protocol).outcome,
                    )

    def _operators(self) -> Iterator[PodKey]:
        for name, keys in self.named().items():
            if name.startswith(f"{PLATFORM}/operator"):
                yield from keys

    def _ports(self) -> list[int]:
        """The ports to try. Ports between two of these have the same verdict, because policies name ports only by
        number.
        """
        said = {port["port"] for policy in self.policies for rule in _rules(policy) for port in rule["ports"]}
        return sorted({*PORTS, *said, *(port - 1 for port in said), *(port + 1 for port in said)})


def _rules(policy: KubeObject) -> list[KubeObject]:
    return [*policy["spec"].get("ingress", ()), *policy["spec"].get("egress", ())]


def _title(metadata: Mapping[str, Any]) -> str:
    namespace, name = metadata["namespace"], metadata["name"]
    if f"{namespace}/{name}" in OUTSIDE:
        return str(name)
    labels = metadata["labels"]
    if namespace == PLATFORM:
        tenant = labels.get("ml-platform.seldon/tenant")
        return f"operator-of-{tenant}" if tenant else "operator"
    return str(labels.get("app") or labels["app.kubernetes.io/name"])


def needed(listed: Listed, operators: Mapping[str, str]) -> set[Connection]:
    """The needed connections. ``operators``: the name of the operator that serves the tenant, by tenant."""
    named = listed.named()
    found: set[Connection] = set()

    def ends(text: str, tenant: str) -> Iterator[Where]:
        for name in text.split():
            if name in ADDRESSES:
                yield name
            elif name == "*":
                yield from (key for keys in named.values() for key in keys if key.namespace == tenant)
            else:
                yield from named[
                    operators[tenant] if name == "operator" else name if "/" in name else f"{tenant}/{name}"
                ]

    def add(flows: Iterable[Flow], tenant: str) -> None:
        for flow in flows:
            for source, destination in product(ends(flow.sources, tenant), ends(flow.destinations, tenant)):
                for text in flow.ports.split():
                    port, _, protocol = text.partition("/")
                    if source != destination:
                        found.add(Connection(source, destination, int(port), protocol or "TCP"))

    for tenant in TENANTS:
        add(NEEDED[tenant], tenant)
    add(OF_OPERATORS, "")
    return found


def incorrect_verdicts(listed: Listed, wanted: set[Connection]) -> list[str]:
    """Every connection with an incorrect verdict; an unknown one is always incorrect."""
    return [
        f"{said.value}: {' to '.join(map(str, connection[:2]))} {connection.protocol} {connection.port}"
        for connection, said in listed.judged()
        if said is not (Outcome.ALLOWED if connection in wanted else Outcome.DENIED)
    ]


def read_cluster(deployment: Deployment) -> Listed:
    client = connect({"kubeconfig": str(deployment.lab.kubeconfig)})
    return Listed(client.list(NAMESPACE), client.list(POD), client.list(NETWORK_POLICY))


def team_pod(name: str) -> KubeObject:
    """A Deployment, so that a controller creates the pod."""
    labels = {"app": name}
    container = {
        "name": "main",
        "image": "docker.io/library/busybox:1",
        "ports": [{"name": "http", "containerPort": 9000}],
    }
    template = {"metadata": {"labels": labels}, "spec": {"containers": [container]}}
    return {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": name},
        "spec": {"selector": {"matchLabels": labels}, "template": template},
    }


def outside_pods() -> Iterator[KubeObject]:
    for namespace in sorted({title.partition("/")[0] for title in OUTSIDE}):
        yield {
            "apiVersion": "v1",
            "kind": "Namespace",
            "metadata": {"name": namespace, "labels": {"ml-platform.seldon/nobody": "knows"}},
        }
    for title, labels in OUTSIDE.items():
        namespace, _, name = title.partition("/")
        metadata = {"namespace": namespace, "name": name, "labels": labels}
        yield {
            "apiVersion": "v1",
            "kind": "Pod",
            "metadata": metadata,
            "spec": {"containers": [{"name": "main", "image": "docker.io/library/busybox:1"}]},
        }


@pytest.fixture(scope="module")
def deployed(deployment: Deployment, tmp_path_factory: pytest.TempPathFactory) -> Deployment:
    """Both tenants, deployed by the main playbook, with the operators' own policy."""
    tenants: dict[str, dict[str, Any]] = {}
    for tenant in TENANTS:
        manifests = tmp_path_factory.mktemp(tenant) / "team.yaml"
        manifests.write_text("---\n".join([SERVER, *(json.dumps(team_pod(name)) + "\n" for name in TEAM_PODS[tenant])]))
        options = {f"tenant_namespace_{name}": value for name, value in OPTIONS[tenant].items()}
        tenants[tenant] = {"tenant_namespace_manifests": str(manifests), **options}
    deployment.write_inventory(tenants, seldon_core_network_policies=True)
    run = deployment.run()
    assert run.code == 0, run.stdout + run.stderr
    for obj in outside_pods():
        deployment.lab.kubectl("apply", "-f", "-", stdin=json.dumps(obj))
    deployment.lab.kubectl("wait", "pod", "--all", "--all-namespaces", "--for=condition=Ready", "--timeout=60s")
    return deployment


@pytest.fixture(scope="module")
def dedicated(deployed: Deployment) -> Listed:
    """The cluster as deployed, with one operator per tenant."""
    return read_cluster(deployed)


@pytest.fixture(scope="module")
def central(deployed: Deployment, dedicated: Listed) -> Listed:
    """The same with one operator for all tenants, which each tenant admits."""
    for policy in dedicated.policies:
        if policy["metadata"]["name"] == "tenant-operator":
            [rule] = policy["spec"]["ingress"]
            peer = {**rule["from"][0], "podSelector": {"matchLabels": CENTRAL}}
            changed = {**policy, "spec": {**policy["spec"], "ingress": [{**rule, "from": [peer]}]}}
            deployed.lab.kubectl("replace", "-f", "-", stdin=json.dumps(changed))
    return read_cluster(deployed)


OF_THE_TENANTS = {FRAUD: f"{PLATFORM}/operator-of-fraud", PRICES: f"{PLATFORM}/operator-of-prices"}
OF_THE_PLATFORM = dict.fromkeys(TENANTS, f"{PLATFORM}/operator")


def test_the_pods_are_all_there_and_have_addresses(dedicated: Listed) -> None:
    runtime = {"seldon-scheduler", "seldon-envoy", "seldon-server"}
    pipelines = {"seldon-dataflow-engine", "seldon-modelgateway", "seldon-pipelinegateway", "hodometer"}
    expected = {f"{FRAUD}/{name}" for name in (*runtime, *pipelines, *TEAM_PODS[FRAUD])} | {
        f"{PRICES}/{name}" for name in (*runtime, *TEAM_PODS[PRICES])
    }
    assert set(dedicated.named()) == expected | set(OUTSIDE) | set(OF_THE_TENANTS.values()) | set(
        OF_THE_PLATFORM.values()
    )
    assert len(dedicated.named()[f"{FRAUD}/seldon-server"]) == 2
    addresses = [pod["status"]["podIP"] for pod in dedicated.pods]
    assert len(set(addresses)) == len(dedicated.pods)


def test_with_an_operator_a_tenant_every_needed_flow_is_open_and_no_other(dedicated: Listed) -> None:
    assert incorrect_verdicts(dedicated, needed(dedicated, OF_THE_TENANTS)) == []


def test_with_the_central_operator_every_needed_flow_is_open_and_no_other(central: Listed) -> None:
    assert incorrect_verdicts(central, needed(central, OF_THE_PLATFORM)) == []


def test_every_policy_is_needed(dedicated: Listed) -> None:
    """Without any one of the policies a verdict changes, so a lost policy fails the tests and none is superfluous."""
    wanted, only_deny = needed(dedicated, OF_THE_TENANTS), {}
    for policy in dedicated.policies:
        others = replace(dedicated, policies=[other for other in dedicated.policies if other is not policy])
        network = others.network()
        if all(verdict(network, *connection).outcome is Outcome.ALLOWED for connection in wanted):
            only_deny[policy["metadata"]["namespace"], policy["metadata"]["name"]] = others
    assert only_deny.keys() == {(FRAUD, DEFAULT_DENY), (PRICES, DEFAULT_DENY), (PLATFORM, "seldon-operators")}
    for place in ((FRAUD, DEFAULT_DENY), (PLATFORM, "seldon-operators")):
        assert any(
            said is Outcome.ALLOWED and connection not in wanted for connection, said in only_deny[place].judged()
        ), place


def test_a_flow_too_many_is_noticed(dedicated: Listed) -> None:
    def by_hand(name: str, **spec: Any) -> KubeObject:
        return {
            "apiVersion": "networking.k8s.io/v1",
            "kind": "NetworkPolicy",
            "metadata": {"namespace": FRAUD, "name": name},
            "spec": {"podSelector": {}, **spec},
        }

    control = by_hand("control", ingress=[{"from": [{"namespaceSelector": {}}], "ports": [{"port": 5572}]}])
    leak = by_hand(
        "leak",
        policyTypes=["Egress"],
        egress=[{"to": [{"ipBlock": {"cidr": "169.254.0.0/16"}}], "ports": [{"port": 80}]}],
    )
    found = incorrect_verdicts(
        replace(dedicated, policies=[*dedicated.policies, control, leak]), needed(dedicated, OF_THE_TENANTS)
    )
    assert {text.partition(" to ")[2].partition(" ")[2] for text in found if "169.254" not in text} == {
        f"{pod} TCP 5572" for pod in _names(dedicated, FRAUD)
    }
    assert len([text for text in found if text.endswith("169.254.169.254 TCP 80")]) == len(_names(dedicated, FRAUD))


def _names(listed: Listed, namespace: str) -> list[str]:
    return [
        f"{key.namespace}/{key.name}" for keys in listed.named().values() for key in keys if key.namespace == namespace
    ]
