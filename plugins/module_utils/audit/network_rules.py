# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Who may connect to what: the rules about the network (TA2xx)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from ..isolation.network.evaluate import verdict
from ..isolation.network.pod import Pod, PodKey
from ..isolation.network.policy import Direction, Peer, Policy, read_policy
from ..isolation.network.policy import Rule as PolicyRule
from ..isolation.network.verdict import Outcome
from ..isolation.network.world import NAMESPACE_NAME
from ..kube.known import NAMESPACE, NETWORK_POLICY, POD, SERVICE
from ..kube.objects import mapping, mappings, name_of, spec_of
from ..kube.types import KubeObject
from ..tenant.components import ENVOY, SCHEDULER, SERVER
from ..tenant.labels import operator_selector
from .finding import Findings, Rule, Severity, few
from .snapshot import title_of
from .world import World

_POLICIES = (NAMESPACE, NETWORK_POLICY)
_PODS = (NAMESPACE, NETWORK_POLICY, POD)
_AGAIN = "run the deployment playbook for the tenant again: it restores the platform's policies"
_POLICY = "narrow the policy, or delete it"

NO_DENY = Rule(
    "TA201", Severity.HIGH, "no policy denies everything by default", "a pod that no other policy selects is open in both directions", _AGAIN, _POLICIES,
)
OPEN_POD = Rule("TA202", Severity.HIGH, "a pod that no policy restricts", "every pod of the cluster reaches it, or it reaches everything", _AGAIN, _PODS)
FROM_TENANT = Rule("TA203", Severity.CRITICAL, "another tenant may connect", "the tenants are not isolated from each other", _POLICY, _POLICIES)
FROM_ANYWHERE = Rule(
    "TA204", Severity.HIGH, "connections are admitted from everywhere", "every pod of the cluster, and what is outside of it, may connect", _POLICY, _POLICIES,
)
CONTROL = Rule(
    "TA205", Severity.HIGH, "a control port is open to strangers", "the scheduler does what anybody who reaches it says, without asking who that is", _POLICY,
    _PODS,
)
COPY = Rule(
    "TA206", Severity.HIGH, "an unauthenticated port of a Server is open",
    "rclone and the agent's side ports serve this pod only; others could copy files or drain the Server", _POLICY, _PODS,
)
SPOOFABLE = Rule(
    "TA207", Severity.MEDIUM, "namespaces are told by a label that can be forged",
    "whoever may label a namespace gets in; only kubernetes.io/metadata.name is the API server's own", "select by kubernetes.io/metadata.name", _POLICIES,
)
ALL_PORTS = Rule(
    "TA208", Severity.MEDIUM, "another namespace may connect to every port", "control and metrics ports are opened along with the one that was meant",
    "list the ports", _POLICIES,
)
METADATA = Rule(
    "TA209", Severity.HIGH, "the cloud's metadata address is reachable", "it hands out the node's credentials", "except 169.254.0.0/16 from the rule", _PODS,
)
DNS = Rule(
    "TA210", Severity.MEDIUM, "DNS queries may go anywhere", "data leaves the cluster in names that are asked for", "limit port 53 to the cluster's DNS", _PODS,
)
TO_TENANT = Rule(
    "TA211", Severity.HIGH, "connections to another tenant are let out", "only the other tenant's own policies stand in between", _POLICY, _POLICIES,
)
PUBLISHED = Rule(
    "TA212", Severity.MEDIUM, "a Service is published outside the cluster", "NodePort and LoadBalancer reach around the namespace", "make it of type ClusterIP",
    (SERVICE,),
)
PUBLISHED_CONTROL = Rule(
    "TA213", Severity.CRITICAL, "the scheduler is published outside the cluster", "its control port asks nobody who they are",
    "set serviceType ClusterIP for seldon-scheduler in the SeldonRuntime", (SERVICE,),
)
EXTERNAL_IPS = Rule(
    "TA214", Severity.HIGH, "a Service takes external addresses", "it intercepts the cluster's traffic to them (CVE-2020-8554)", "remove spec.externalIPs",
    (SERVICE,),
)
HOST_NETWORK = Rule(
    "TA215", Severity.HIGH, "a pod in its node's network", "no policy applies to it, and it reaches what the node reaches", "remove hostNetwork", _PODS,
)
UNREADABLE = Rule("TA216", Severity.MEDIUM, "a policy that cannot be understood", "what it allows is unknown", "repair the policy", _POLICIES)

_CONTROL_PORTS = (9002, 9004, 9005, 9008, 9044, 9055)
_COPY_PORTS = (5572, 7777, 9007)
_COMPONENT = "app.kubernetes.io/name"
_METADATA_ADDRESS, _ELSEWHERE = "169.254.169.254", "203.0.113.53"
"""The second is kept for documentation: nobody's name server, so that whoever may ask it may ask any."""


def rules() -> Iterator[Rule]:
    yield from (NO_DENY, OPEN_POD, FROM_TENANT, FROM_ANYWHERE, CONTROL, COPY, SPOOFABLE, ALL_PORTS, METADATA, DNS, TO_TENANT)
    yield from (PUBLISHED, PUBLISHED_CONTROL, EXTERNAL_IPS, HOST_NETWORK, UNREADABLE)


def find(world: World) -> Findings:
    """For each tenant: its policies, its pods, its Services."""
    for tenant in world.tenants:
        if tenant.namespace is not None:
            if world.snapshot.readable(NETWORK_POLICY):
                yield from _of_policies(world, tenant.name, world.snapshot.inside(NETWORK_POLICY, tenant.name))
                yield from _of_pods(world, tenant.name)
            for service in world.snapshot.inside(SERVICE, tenant.name):
                yield from _of_service(tenant.name, service)


def _of_policies(world: World, tenant: str, objects: Sequence[KubeObject]) -> Findings:
    policies = [read_policy(obj) for obj in objects]
    if not any(_denies(obj) for obj in objects):
        yield NO_DENY.found(tenant, f"Namespace {tenant}", f"none of its {len(policies)} NetworkPolicies selects every pod in both directions")
    for policy, obj in zip(policies, objects, strict=True):
        if policy.fault:
            yield UNREADABLE.found(tenant, policy.title, policy.fault)
        for direction, listed in policy.rules.items():
            for rule in listed:
                yield from _of_rule(world, tenant, policy, direction, rule)
        for field, value in _foreign_labels(obj):
            yield SPOOFABLE.found(tenant, policy.title, f"selects namespaces by the label {value}", field)


def _denies(obj: KubeObject) -> bool:
    spec = spec_of(obj)
    return not spec.get("podSelector") and set(spec.get("policyTypes") or ()) == {"Ingress", "Egress"} and not spec.get("ingress") and not spec.get("egress")


def _of_rule(world: World, tenant: str, policy: Policy, direction: Direction, rule: PolicyRule) -> Findings:
    inward = direction is Direction.INGRESS
    if not rule.peers:
        if inward:
            yield FROM_ANYWHERE.found(tenant, policy.title, "the rule names no peers", f"spec.{rule.path}")
        return
    for number, peer in enumerate(rule.peers):
        field = f"spec.{rule.path}.{'from' if inward else 'to'}[{number}]"
        if inward and peer.block is not None and peer.block.cidr.prefixlen == 0:
            yield FROM_ANYWHERE.found(tenant, policy.title, f"the rule admits {peer.block.cidr}", field)
        if peer.namespaces is None:
            continue
        others = [name for name in sorted(world.known - {tenant}) if peer.namespaces.matches(world.network.labels_of(name)) is not False]
        if len(others) == len(world.known) - 1 and inward and peer.namespaces.matches(world.network.labels_of("kube-system")) is not False:
            yield FROM_ANYWHERE.found(tenant, policy.title, "the rule admits every namespace", field)
        elif others:
            yield (FROM_TENANT if inward else TO_TENANT).found(tenant, policy.title, f"the rule is for the namespaces {few(others)}", field)
        if inward and not rule.ports and peer.namespaces.matches(world.network.labels_of(tenant)) is not True:
            yield ALL_PORTS.found(tenant, policy.title, "the rule lists no ports", field)


def _foreign_labels(obj: KubeObject) -> Iterator[tuple[str, str]]:
    for rules_field, peers_field in (("ingress", "from"), ("egress", "to")):
        for position, rule in enumerate(mappings(spec_of(obj).get(rules_field))):
            for number, peer in enumerate(mappings(rule.get(peers_field))):
                selector = mapping(peer.get("namespaceSelector"))
                keys = [*mapping(selector.get("matchLabels")), *(str(one.get("key")) for one in mappings(selector.get("matchExpressions")))]
                if keys and NAMESPACE_NAME not in keys:
                    yield f"spec.{rules_field}[{position}].{peers_field}[{number}].namespaceSelector", keys[0]


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
            for rule, address, port, protocol in ((METADATA, _METADATA_ADDRESS, 80, "TCP"), (DNS, _ELSEWHERE, 53, "UDP")):
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
                yield COPY.found(tenant, f"Pod {tenant}/{pod.key.name}", f"{policy.title} opens {few(map(str, opened))}", f"spec.{rule.path}")
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
            is_operator = namespace == world.snapshot.platform and all(pod.labels.values.get(key) == value for key, value in operator.items())
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
