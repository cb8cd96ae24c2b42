# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What is open in a tenant's network: the rules about its pods and Services (TA2xx)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from ..isolation.network.evaluate import verdict
from ..isolation.network.pod import Pod, PodKey
from ..isolation.network.policy import Direction, Peer, Policy
from ..isolation.network.policy import Rule as PolicyRule
from ..isolation.network.verdict import Outcome
from ..kube.known import NAMESPACE, NETWORK_POLICY, POD, SERVICE
from ..kube.objects import mapping, name_of, spec_of
from ..kube.types import KubeObject
from ..tenant.components import ENVOY, SCHEDULER, SERVER
from ..tenant.labels import operator_selector
from .finding import Findings, Rule, Severity, few
from .snapshot import title_of
from .world import World

_PODS = (NAMESPACE, NETWORK_POLICY, POD)
_AGAIN = "run the deployment playbook for the tenant again: it restores the platform's policies"
_POLICY = "narrow the policy, or delete it"

OPEN_POD = Rule(
    "TA202",
    Severity.HIGH,
    "a pod that no policy restricts",
    "every pod of the cluster reaches it, or it reaches everything",
    _AGAIN,
    _PODS,
)
CONTROL = Rule(
    "TA205",
    Severity.HIGH,
    "a control port is open to strangers",
    "the scheduler does what anybody who reaches it says, without asking who that is",
    _POLICY,
    _PODS,
)
COPY = Rule(
    "TA206",
    Severity.HIGH,
    "an unauthenticated port of a Server is open",
    "rclone and the agent's side ports serve this pod only; others could copy files or drain the Server",
    _POLICY,
    _PODS,
)
METADATA = Rule(
    "TA209",
    Severity.HIGH,
    "the cloud's metadata address is reachable",
    "it hands out the node's credentials",
    "except 169.254.0.0/16 from the rule",
    _PODS,
)
DNS = Rule(
    "TA210",
    Severity.MEDIUM,
    "DNS queries may go anywhere",
    "data leaves the cluster in names that are asked for",
    "limit port 53 to the cluster's DNS",
    _PODS,
)
PUBLISHED = Rule(
    "TA212",
    Severity.MEDIUM,
    "a Service is published outside the cluster",
    "NodePort and LoadBalancer reach around the namespace",
    "make it of type ClusterIP",
    (SERVICE,),
)
PUBLISHED_CONTROL = Rule(
    "TA213",
    Severity.CRITICAL,
    "the scheduler is published outside the cluster",
    "its control port asks nobody who they are",
    "set serviceType ClusterIP for seldon-scheduler in the SeldonRuntime",
    (SERVICE,),
)
EXTERNAL_IPS = Rule(
    "TA214",
    Severity.HIGH,
    "a Service takes external addresses",
    "it intercepts the cluster's traffic to them (CVE-2020-8554)",
    "remove spec.externalIPs",
    (SERVICE,),
)
HOST_NETWORK = Rule(
    "TA215",
    Severity.HIGH,
    "a pod in its node's network",
    "no policy applies to it, and it reaches what the node reaches",
    "remove hostNetwork",
    _PODS,
)

_CONTROL_PORTS = (9002, 9004, 9005, 9008, 9044, 9055)
_COPY_PORTS = (5572, 7777, 9007)
_COMPONENT = "app.kubernetes.io/name"
_METADATA_ADDRESS, _ELSEWHERE = "169.254.169.254", "203.0.113.53"
"""The second is kept for documentation: nobody's name server, so that whoever may ask it may ask any."""


def rules() -> Iterator[Rule]:
    yield from (OPEN_POD, CONTROL, COPY, METADATA, DNS, PUBLISHED, PUBLISHED_CONTROL, EXTERNAL_IPS, HOST_NETWORK)


def find(world: World) -> Findings:
    """For each tenant: its pods, its Services."""
    for tenant in world.tenants:
        if tenant.namespace is not None:
            if world.snapshot.readable(NETWORK_POLICY):
                yield from _of_pods(world, tenant.name)
            for service in world.snapshot.inside(SERVICE, tenant.name):
                yield from _of_service(tenant.name, service)


def _of_pods(world: World, tenant: str) -> Findings:
    for obj in world.snapshot.inside(POD, tenant):
        pod = world.network.pods.get(PodKey(tenant, name_of(obj)))
        if pod is None or pod.ended:
            continue
        if pod.host_network:
            yield HOST_NETWORK.found(tenant, title_of(obj), "is in its node's network", "spec.hostNetwork")
            continue
        restricted = {direction: world.network.restrictions(pod.key, direction) for direction in Direction}
        for direction, found in restricted.items():
            if not found.certain and not found.doubtful:
                yield OPEN_POD.found(tenant, title_of(obj), f"no policy restricts its {direction.value.lower()}")
        for policy in restricted[Direction.INGRESS].certain:
            yield from _of_ports(world, tenant, pod, policy)
        if restricted[Direction.EGRESS].certain:
            for rule, address, port, protocol in (
                (METADATA, _METADATA_ADDRESS, 80, "TCP"),
                (DNS, _ELSEWHERE, 53, "UDP"),
            ):
                said = verdict(world.network, pod.key, address, port, protocol)
                if said.outcome is Outcome.ALLOWED:
                    yield rule.found(tenant, title_of(obj), f"to {address} port {port} {protocol}: {said.text()}")


def _of_ports(world: World, tenant: str, pod: Pod, policy: Policy) -> Findings:
    component = pod.labels.values.get(_COMPONENT)
    for rule in policy.rules.get(Direction.INGRESS, ()):
        if not rule.peers:
            continue
        if component == SERVER:
            opened = [port for port in _COPY_PORTS if _opens(rule, port, pod)]
            if opened:
                yield COPY.found(
                    tenant,
                    f"Pod {tenant}/{pod.key.name}",
                    f"{policy.title} opens {few(map(str, opened))}",
                    f"spec.{rule.path}",
                )
        if component == SCHEDULER:
            opened = [port for port in _CONTROL_PORTS if _opens(rule, port, pod)]
            strangers = [name for peer in rule.peers for name in _strangers(world, tenant, peer)] if opened else []
            if strangers:
                said = f"{policy.title} opens {few(map(str, opened))} to {few(strangers)}"
                yield CONTROL.found(tenant, f"Pod {tenant}/{pod.key.name}", said, f"spec.{rule.path}")


def _opens(rule: PolicyRule, port: int, pod: Pod) -> bool:
    return not rule.ports or any(ports.hold(port, "TCP", pod.named_ports) for ports in rule.ports)


def _strangers(world: World, tenant: str, peer: Peer) -> Iterator[str]:
    """Pods of other namespaces that the peer means, and that are not the tenant's operator; addresses are no pods of anybody."""
    if peer.block is not None:
        yield f"addresses of {peer.block.cidr}"
        return
    if peer.namespaces is None:
        return
    operator: Mapping[str, str] = operator_selector(tenant)
    for namespace, pods in world.pods.items():
        if namespace == tenant or peer.namespaces.matches(world.network.labels_of(namespace)) is False:
            continue
        for pod in pods:
            is_operator = namespace == world.snapshot.platform and all(
                pod.labels.values.get(key) == value for key, value in operator.items()
            )
            if not is_operator and not pod.ended and peer.pods.matches(pod.labels) is not False:
                yield str(pod.key)


def _of_service(tenant: str, service: KubeObject) -> Findings:
    spec, title = spec_of(service), title_of(service)
    if spec.get("type") in ("NodePort", "LoadBalancer"):
        selected = mapping(spec.get("selector")).get(_COMPONENT)
        if selected == SCHEDULER or name_of(service) == SCHEDULER:
            yield PUBLISHED_CONTROL.found(tenant, title, f"is of type {spec['type']}", "spec.type")
        elif selected != ENVOY:
            yield PUBLISHED.found(tenant, title, f"is of type {spec['type']}", "spec.type")
    if spec.get("externalIPs"):
        yield EXTERNAL_IPS.found(tenant, title, f"takes {few(map(str, spec['externalIPs']))}", "spec.externalIPs")
