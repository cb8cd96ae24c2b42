# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The rules about pods and Services of a tenant that are open to others (TA2xx)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from ipaddress import ip_network

from ..isolation.network.evaluate import verdict
from ..isolation.network.metadata_services import LINK_LOCAL, METADATA_ADDRESSES, METADATA_PORT
from ..isolation.network.pod import Pod, PodKey
from ..isolation.network.policy import Direction, Peer, Policy
from ..isolation.network.policy import Rule as PolicyRule
from ..isolation.network.verdict import Outcome
from ..isolation.network.world import Restrictions
from ..kube.objects import mapping, name_of, spec_of
from ..kube.resources import NAMESPACE, NETWORK_POLICY, POD, SERVICE
from ..kube.types import KubeObject
from ..ownership.labels import operator_selector
from ..seldon.component import Purpose
from ..seldon.components import BY_NAME, ENVOY, NAME_LABEL, SCHEDULER
from .rule import DEPLOY_AGAIN, Finder, Observation, Observations, Rule, Severity, rule
from .snapshot import title_of
from .text import first_few
from .world import World, derived

_AGAIN = f"{DEPLOY_AGAIN}: it restores the platform's policies"
_NARROW = "narrow the policy, or delete it"
_ELSEWHERE = "203.0.113.53"
"""Reserved for documentation (RFC 5737), so no name server: a pod that may reach it may reach any name server."""


def _pod_rule(
    id: str, severity: Severity, *, title: str, why: str, repair: str
) -> Callable[[Finder[World]], Rule[World]]:
    return rule(id, severity, title=title, why=why, repair=repair, kinds=(NAMESPACE, NETWORK_POLICY, POD))


def _service_rule(
    id: str, severity: Severity, *, title: str, why: str, repair: str
) -> Callable[[Finder[World]], Rule[World]]:
    return rule(id, severity, title=title, why=why, repair=repair, kinds=(SERVICE,))


@_pod_rule(
    "TA202",
    Severity.HIGH,
    title="no policy restricts a pod",
    why="every pod of the cluster reaches it, or it reaches everything",
    repair=_AGAIN,
)
def unrestricted_pod(world: World) -> Observations:
    for pod in _pods(world):
        for direction, restrictions in pod.restrictions.items():
            if not restrictions.certain and not restrictions.doubtful:
                yield pod.observation(f"no policy restricts its {direction.value.lower()}")


@_pod_rule(
    "TA205",
    Severity.HIGH,
    title="a control port is open to strangers",
    why="the scheduler executes requests without authentication: anybody who reaches it controls it",
    repair=_NARROW,
)
def control_port(world: World) -> Observations:
    for opened in _opened(world, Purpose.CONTROL):
        strangers = [name for peer in opened.rule.peers for name in _strangers(world, opened.pod.tenant, peer)]
        if strangers:
            yield opened.observation(f" to {first_few(strangers)}")


@_pod_rule(
    "TA206",
    Severity.HIGH,
    title="an unauthenticated port of a Server is open",
    why="rclone and the agent's side ports serve this pod only; others could copy files or drain the Server",
    repair=_NARROW,
)
def copy_port(world: World) -> Observations:
    for opened in _opened(world, Purpose.LOCAL):
        yield opened.observation()


@_pod_rule(
    "TA209",
    Severity.HIGH,
    title="the cloud's metadata address is reachable",
    why="it returns the node's credentials",
    repair="exclude the addresses of metadata services from the rule: ipBlock.except",
)
def metadata_service(world: World) -> Observations:
    """One for each pod, whatever the number of addresses that it reaches."""
    for pod in _pods(world):
        texts = {address: _way_out(world, pod, address, METADATA_PORT, "TCP") for address in METADATA_ADDRESSES}
        reached = [address for address in METADATA_ADDRESSES if texts[address]]
        if reached:
            evidence = f"to {', '.join(reached)} port {METADATA_PORT} TCP: {texts[reached[0]]}"
            next_step = f"except {', '.join(map(_block_of, reached))} from the rule"
            yield pod.observation(evidence, next_step=next_step)


@_pod_rule(
    "TA210",
    Severity.MEDIUM,
    title="DNS queries may go anywhere",
    why="data can leave the cluster inside DNS queries",
    repair="limit port 53 to the cluster's DNS",
)
def dns_anywhere(world: World) -> Observations:
    for pod in _pods(world):
        if text := _way_out(world, pod, _ELSEWHERE, 53, "UDP"):
            yield pod.observation(f"to {_ELSEWHERE} port 53 UDP: {text}")


@_service_rule(
    "TA212",
    Severity.MEDIUM,
    title="a Service is published outside the cluster",
    why="NodePort and LoadBalancer admit clients from outside the cluster",
    repair="make it of type ClusterIP",
)
def published_service(world: World) -> Observations:
    for tenant, service in _published(world):
        if not _is_of(service, SCHEDULER) and mapping(spec_of(service).get("selector")).get(NAME_LABEL) != ENVOY:
            yield _of_type(tenant, service)


@_service_rule(
    "TA213",
    Severity.CRITICAL,
    title="the scheduler is published outside the cluster",
    why="its control port has no authentication",
    repair="set serviceType ClusterIP for seldon-scheduler in the SeldonRuntime",
)
def published_scheduler(world: World) -> Observations:
    for tenant, service in _published(world):
        if _is_of(service, SCHEDULER):
            yield _of_type(tenant, service)


@_service_rule(
    "TA214",
    Severity.HIGH,
    title="a Service takes external addresses",
    why="it intercepts the cluster's traffic to them (CVE-2020-8554)",
    repair="remove spec.externalIPs",
)
def external_addresses(world: World) -> Observations:
    for tenant, _namespace in world.existing:
        for service in world.snapshot.inside(SERVICE, tenant):
            if addresses := spec_of(service).get("externalIPs"):
                evidence = f"takes {first_few(map(str, addresses))}"
                yield Observation(tenant, title_of(service), evidence, "spec.externalIPs")


@_pod_rule(
    "TA215",
    Severity.HIGH,
    title="a pod uses its node's network",
    why="no policy applies to it, and it reaches everything that the node reaches",
    repair="remove hostNetwork",
)
def host_network(world: World) -> Observations:
    for pod in _running(world):
        if pod.pod.host_network:
            yield pod.observation("is in its node's network", "spec.hostNetwork")


@dataclass(frozen=True)
class _PodInTenant:
    """A pod of a tenant that has not ended, with what restricts it in each direction."""

    tenant: str
    title: str
    pod: Pod
    restrictions: Mapping[Direction, Restrictions]

    def observation(self, evidence: str, field: str = "", next_step: str = "") -> Observation:
        return Observation(self.tenant, self.title, evidence, field, next_step)


@dataclass(frozen=True)
class _Opened:
    """A rule of a policy that opens ``ports`` of a pod to the peers that it names."""

    pod: _PodInTenant
    policy: Policy
    rule: PolicyRule
    ports: Sequence[int]

    def observation(self, to: str = "") -> Observation:
        evidence = f"{self.policy.title} opens {first_few(map(str, self.ports))}{to}"
        return self.pod.observation(evidence, f"spec.{self.rule.path}")


@derived
def _running(world: World) -> Sequence[_PodInTenant]:
    """Nothing where the policies could not be read."""
    if not world.snapshot.readable(NETWORK_POLICY):
        return ()
    return [
        _PodInTenant(tenant, title_of(obj), pod, _restrictions(world, pod))
        for tenant, _namespace in world.existing
        for obj in world.snapshot.inside(POD, tenant)
        if (pod := world.network.pods.get(PodKey(tenant, name_of(obj)))) is not None and not pod.ended
    ]


def _restrictions(world: World, pod: Pod) -> Mapping[Direction, Restrictions]:
    return {direction: world.network.restrictions(pod.key, direction) for direction in Direction}


def _pods(world: World) -> Iterator[_PodInTenant]:
    """Those that policies are about."""
    return (pod for pod in _running(world) if not pod.pod.host_network)


def _opened(world: World, purpose: Purpose) -> Iterator[_Opened]:
    """Ports of this purpose that the tenant's policies open on Seldon's pods."""
    for pod in _pods(world):
        component = BY_NAME.get(pod.pod.labels.values.get(NAME_LABEL, ""))
        ports = sorted(component.numbers(purpose)) if component else []
        if not ports:
            continue
        for policy in pod.restrictions[Direction.INGRESS].certain:
            for written in policy.rules.get(Direction.INGRESS, ()):
                opened = [port for port in ports if _opens(written, port, pod.pod)] if written.peers else []
                if opened:
                    yield _Opened(pod, policy, written, opened)


def _opens(written: PolicyRule, port: int, pod: Pod) -> bool:
    return not written.ports or any(ports.hold(port, "TCP", pod.named_ports) for ports in written.ports)


def _strangers(world: World, tenant: str, peer: Peer) -> Iterator[str]:
    """Pods of other namespaces that the peer selects, except the tenant's operator. A block of addresses selects no
    pods.
    """
    if peer.block is not None:
        yield f"addresses of {peer.block.cidr}"
        return
    if peer.namespaces is None:
        return
    operator: Mapping[str, str] = operator_selector(tenant)
    meant = world.namespaces_of(peer.namespaces)
    for namespace, pods in world.pods.items():
        if namespace == tenant or namespace not in meant:
            continue
        for pod in pods:
            is_operator = namespace == world.snapshot.platform and all(
                pod.labels.values.get(key) == value for key, value in operator.items()
            )
            if not is_operator and not pod.ended and peer.pods.matches(pod.labels) is not False:
                yield str(pod.key)


def _way_out(world: World, pod: _PodInTenant, address: str, port: int, protocol: str) -> str:
    """How a pod that policies restrict reaches the address all the same; empty where it does not."""
    if not pod.restrictions[Direction.EGRESS].certain:
        return ""
    answer = verdict(world.network, pod.pod.key, address, port, protocol)
    return answer.text() if answer.outcome is Outcome.ALLOWED else ""


def _block_of(address: str) -> str:
    """The block to leave out of a rule: all that is link-local is of no use."""
    block = ip_network(address)
    for local in map(ip_network, LINK_LOCAL):
        if local.version == block.version and block.network_address in local:
            return str(local)
    return str(block)


def _published(world: World) -> Iterator[tuple[str, KubeObject]]:
    for tenant, _namespace in world.existing:
        for service in world.snapshot.inside(SERVICE, tenant):
            if spec_of(service).get("type") in ("NodePort", "LoadBalancer"):
                yield tenant, service


def _is_of(service: KubeObject, component: str) -> bool:
    return component in (name_of(service), mapping(spec_of(service).get("selector")).get(NAME_LABEL))


def _of_type(tenant: str, service: KubeObject) -> Observation:
    return Observation(tenant, title_of(service), f"is of type {spec_of(service)['type']}", "spec.type")
