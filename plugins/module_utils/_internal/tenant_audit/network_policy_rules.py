# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The rules about a tenant's network policies (TA2xx)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from ..isolation.network.policy import Direction, Peer, Policy
from ..isolation.network.policy import Rule as PolicyRule
from ..isolation.network.world import NAMESPACE_NAME
from ..kube.objects import mapping, mappings, spec_of
from ..kube.resources import NAMESPACE, NETWORK_POLICY
from ..kube.types import KubeObject
from .rule import DEPLOY_AGAIN, Finder, Observation, Observations, Rule, Severity, rule
from .text import first_few
from .world import World, derived

_AGAIN = f"{DEPLOY_AGAIN}: it restores the platform's policies"
_NARROW = "narrow the policy, or delete it"


def _policy_rule(
    id: str, severity: Severity, *, title: str, why: str, repair: str = _NARROW
) -> Callable[[Finder[World]], Rule[World]]:
    return rule(id, severity, title=title, why=why, repair=repair, kinds=(NAMESPACE, NETWORK_POLICY))


@_policy_rule(
    "TA201",
    Severity.HIGH,
    title="no policy denies everything by default",
    why="a pod that no other policy selects is open in both directions",
    repair=_AGAIN,
)
def no_default_deny(world: World) -> Observations:
    if not world.snapshot.readable(NETWORK_POLICY):
        return
    for tenant, _namespace in world.existing:
        policies = world.snapshot.inside(NETWORK_POLICY, tenant)
        if not any(_denies_everything(policy) for policy in policies):
            evidence = f"none of its {len(policies)} NetworkPolicies selects every pod in both directions"
            yield Observation(tenant, f"Namespace {tenant}", evidence)


@_policy_rule(
    "TA203",
    Severity.CRITICAL,
    title="another tenant may connect",
    why="the tenants are not isolated from each other",
)
def another_tenant_may_connect(world: World) -> Observations:
    for listed in _listed_peers(world):
        if listed.is_inward and listed.tenants and not listed.is_everybody:
            yield listed.observation(f"the rule is for the namespaces {first_few(listed.tenants)}")


@_policy_rule(
    "TA204",
    Severity.HIGH,
    title="connections are admitted from everywhere",
    why="every pod of the cluster, and every host outside the cluster, may connect",
)
def open_to_everybody(world: World) -> Observations:
    for written in _written_rules(world):
        if written.is_inward and not written.rule.peers:
            yield Observation(
                written.tenant, written.policy.title, "the rule names no peers", f"spec.{written.rule.path}"
            )
    for listed in _listed_peers(world):
        block = listed.peer.block
        if listed.is_inward and block is not None and block.cidr.prefixlen == 0:
            yield listed.observation(f"the rule admits {block.cidr}")
        if listed.is_inward and listed.is_everybody:
            yield listed.observation("the rule admits every namespace")


@_policy_rule(
    "TA207",
    Severity.MEDIUM,
    title="a policy selects namespaces by a label that can be forged",
    why="anyone who may label a namespace gets in; only the API server sets kubernetes.io/metadata.name",
    repair="select by kubernetes.io/metadata.name",
)
def forgeable_label(world: World) -> Observations:
    for tenant, policy, obj in _policies(world):
        for field, label in _foreign_labels(obj):
            yield Observation(tenant, policy.title, f"selects namespaces by the label {label}", field)


@_policy_rule(
    "TA208",
    Severity.MEDIUM,
    title="another namespace may connect to every port",
    why="the rule also opens control and metrics ports",
    repair="list the ports",
)
def every_port(world: World) -> Observations:
    for listed in _listed_peers(world):
        namespaces, own = listed.peer.namespaces, world.network.labels_of(listed.tenant)
        if (
            listed.is_inward
            and namespaces is not None
            and not listed.rule.ports
            and namespaces.matches(own) is not True
        ):
            yield listed.observation("the rule lists no ports")


@_policy_rule(
    "TA211",
    Severity.HIGH,
    title="pods may connect to another tenant",
    why="only the other tenant's policies prevent the connection",
)
def connects_to_another_tenant(world: World) -> Observations:
    for listed in _listed_peers(world):
        if not listed.is_inward and listed.tenants:
            yield listed.observation(f"the rule is for the namespaces {first_few(listed.tenants)}")


@_policy_rule(
    "TA216",
    Severity.MEDIUM,
    title="a policy that cannot be understood",
    why="what it allows is unknown",
    repair="repair the policy",
)
def unreadable_policy(world: World) -> Observations:
    for tenant, policy, _obj in _policies(world):
        if policy.fault:
            yield Observation(tenant, policy.title, policy.fault)


@dataclass(frozen=True)
class _Written:
    """A rule of a policy of a tenant."""

    tenant: str
    policy: Policy
    direction: Direction
    rule: PolicyRule

    @property
    def is_inward(self) -> bool:
        return self.direction is Direction.INGRESS


@dataclass(frozen=True)
class _Listed(_Written):
    """A peer of such a rule. ``tenants`` are the other ones that it means, or may mean; ``is_everybody``: it means all
    of them, and Kubernetes' own namespace.
    """

    peer: Peer
    number: int
    tenants: Sequence[str]
    is_everybody: bool

    def observation(self, evidence: str) -> Observation:
        peers = "from" if self.is_inward else "to"
        return Observation(self.tenant, self.policy.title, evidence, f"spec.{self.rule.path}.{peers}[{self.number}]")


def _policies(world: World) -> Iterator[tuple[str, Policy, KubeObject]]:
    """Those of the tenants whose namespaces exist."""
    existing = {tenant for tenant, _namespace in world.existing}
    return (entry for entry in world.policies if entry[0] in existing)


@derived
def _written_rules(world: World) -> Sequence[_Written]:
    return [
        _Written(tenant, policy, direction, written)
        for tenant, policy, _obj in _policies(world)
        for direction, rules in policy.rules.items()
        for written in rules
    ]


@derived
def _listed_peers(world: World) -> Sequence[_Listed]:
    return [
        _Listed(written.tenant, written.policy, written.direction, written.rule, peer, number, *_meant(world, written.tenant, peer))
        for written in _written_rules(world)
        for number, peer in enumerate(written.rule.peers)
    ]  # fmt: skip


def _meant(world: World, tenant: str, peer: Peer) -> tuple[Sequence[str], bool]:
    if peer.namespaces is None:
        return (), False
    meant = world.namespaces_of(peer.namespaces)
    others = sorted((meant & world.all_tenants) - {tenant})
    return others, len(others) == len(world.all_tenants) - 1 and "kube-system" in meant


def _denies_everything(obj: KubeObject) -> bool:
    spec = spec_of(obj)
    return (
        not spec.get("podSelector")
        and set(spec.get("policyTypes") or ()) == {"Ingress", "Egress"}
        and not spec.get("ingress")
        and not spec.get("egress")
    )


def _foreign_labels(obj: KubeObject) -> Iterator[tuple[str, str]]:
    """Field and first label of the selectors of namespaces that do not ask for the namespace's name."""
    for rules_field, peers_field in (("ingress", "from"), ("egress", "to")):
        for position, written in enumerate(mappings(spec_of(obj).get(rules_field))):
            for number, peer in enumerate(mappings(written.get(peers_field))):
                selector = mapping(peer.get("namespaceSelector"))
                keys = [
                    *mapping(selector.get("matchLabels")),
                    *(str(expression.get("key")) for expression in mappings(selector.get("matchExpressions"))),
                ]
                if keys and NAMESPACE_NAME not in keys:
                    yield f"spec.{rules_field}[{position}].{peers_field}[{number}].namespaceSelector", keys[0]
