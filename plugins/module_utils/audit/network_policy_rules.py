# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What a tenant's network policies say: the rules about them (TA2xx)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ..isolation.network.policy import Direction, Policy, read_policy
from ..isolation.network.policy import Rule as PolicyRule
from ..isolation.network.world import NAMESPACE_NAME
from ..kube.known import NAMESPACE, NETWORK_POLICY
from ..kube.objects import mapping, mappings, spec_of
from ..kube.types import KubeObject
from .finding import Findings, Rule, Severity, few
from .world import World

_POLICIES = (NAMESPACE, NETWORK_POLICY)
_AGAIN = "run the deployment playbook for the tenant again: it restores the platform's policies"
_POLICY = "narrow the policy, or delete it"

NO_DENY = Rule(
    "TA201",
    Severity.HIGH,
    "no policy denies everything by default",
    "a pod that no other policy selects is open in both directions",
    _AGAIN,
    _POLICIES,
)
FROM_TENANT = Rule(
    "TA203",
    Severity.CRITICAL,
    "another tenant may connect",
    "the tenants are not isolated from each other",
    _POLICY,
    _POLICIES,
)
FROM_ANYWHERE = Rule(
    "TA204",
    Severity.HIGH,
    "connections are admitted from everywhere",
    "every pod of the cluster, and what is outside of it, may connect",
    _POLICY,
    _POLICIES,
)
SPOOFABLE = Rule(
    "TA207",
    Severity.MEDIUM,
    "namespaces are told by a label that can be forged",
    "whoever may label a namespace gets in; only kubernetes.io/metadata.name is the API server's own",
    "select by kubernetes.io/metadata.name",
    _POLICIES,
)
ALL_PORTS = Rule(
    "TA208",
    Severity.MEDIUM,
    "another namespace may connect to every port",
    "control and metrics ports are opened along with the one that was meant",
    "list the ports",
    _POLICIES,
)
TO_TENANT = Rule(
    "TA211",
    Severity.HIGH,
    "connections to another tenant are let out",
    "only the other tenant's own policies stand in between",
    _POLICY,
    _POLICIES,
)
UNREADABLE = Rule(
    "TA216",
    Severity.MEDIUM,
    "a policy that cannot be understood",
    "what it allows is unknown",
    "repair the policy",
    _POLICIES,
)


def rules() -> Iterator[Rule]:
    yield from (NO_DENY, FROM_TENANT, FROM_ANYWHERE, SPOOFABLE, ALL_PORTS, TO_TENANT, UNREADABLE)


def find(world: World) -> Findings:
    """For each tenant whose namespace exists."""
    if world.snapshot.readable(NETWORK_POLICY):
        for tenant in world.tenants:
            if tenant.namespace is not None:
                yield from _of_policies(world, tenant.name, world.snapshot.inside(NETWORK_POLICY, tenant.name))


def _of_policies(world: World, tenant: str, objects: Sequence[KubeObject]) -> Findings:
    policies = [read_policy(obj) for obj in objects]
    if not any(_denies(obj) for obj in objects):
        yield NO_DENY.found(
            tenant,
            f"Namespace {tenant}",
            f"none of its {len(policies)} NetworkPolicies selects every pod in both directions",
        )
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
    return (
        not spec.get("podSelector")
        and set(spec.get("policyTypes") or ()) == {"Ingress", "Egress"}
        and not spec.get("ingress")
        and not spec.get("egress")
    )


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
        others = [
            name
            for name in sorted(world.known - {tenant})
            if peer.namespaces.matches(world.network.labels_of(name)) is not False
        ]
        if (
            len(others) == len(world.known) - 1
            and inward
            and peer.namespaces.matches(world.network.labels_of("kube-system")) is not False
        ):
            yield FROM_ANYWHERE.found(tenant, policy.title, "the rule admits every namespace", field)
        elif others:
            yield (FROM_TENANT if inward else TO_TENANT).found(
                tenant, policy.title, f"the rule is for the namespaces {few(others)}", field
            )
        if inward and not rule.ports and peer.namespaces.matches(world.network.labels_of(tenant)) is not True:
            yield ALL_PORTS.found(tenant, policy.title, "the rule lists no ports", field)


def _foreign_labels(obj: KubeObject) -> Iterator[tuple[str, str]]:
    for rules_field, peers_field in (("ingress", "from"), ("egress", "to")):
        for position, rule in enumerate(mappings(spec_of(obj).get(rules_field))):
            for number, peer in enumerate(mappings(rule.get(peers_field))):
                selector = mapping(peer.get("namespaceSelector"))
                keys = [
                    *mapping(selector.get("matchLabels")),
                    *(str(one.get("key")) for one in mappings(selector.get("matchExpressions"))),
                ]
                if keys and NAMESPACE_NAME not in keys:
                    yield f"spec.{rules_field}[{position}].{peers_field}[{number}].namespaceSelector", keys[0]
