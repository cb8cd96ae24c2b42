# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Who may do what to a tenant: the rules about rights (TA1xx)."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import replace

from ..kube.known import CLUSTER_ROLE, CLUSTER_ROLE_BINDING, NAMESPACE, RBAC_GROUP, ROLE, ROLE_BINDING, SELDON_GROUP
from ..kube.objects import mapping, mappings, name_of
from ..operators.rbac import CLUSTER, Grant
from .finding import Finding, Findings, Rule, Severity, few
from .ownership import platform_made, runtime_made
from .powers import Power, powers
from .snapshot import labels_of, title_of
from .subjects import EXPECTED, Relation, relation, words
from .world import World

_KINDS = (NAMESPACE, ROLE, ROLE_BINDING, CLUSTER_ROLE, CLUSTER_ROLE_BINDING)
_UNBIND = "remove the subject from the binding, or delete the binding"
_NARROW = "take the right out of the Role, or bind a Role without it; docs/access.md lists what each profile needs"


def _rule(number: int, severity: Severity, title: str, why: str, repair: str = _UNBIND) -> Rule:
    return Rule(f"TA{number}", severity, title, why, repair, _KINDS)


EVERYBODY = _rule(
    101,
    Severity.CRITICAL,
    "everybody has rights in a tenant",
    "whoever has any credential of the cluster, or none, reaches the tenant's objects",
)
OTHER_TENANT = _rule(
    102,
    Severity.CRITICAL,
    "another tenant has rights in a tenant",
    "one team's mistake, or one stolen token, reaches another team's objects",
)
FOREIGN = {
    Power.SECRETS: _rule(
        103,
        Severity.HIGH,
        "a stranger reads the tenant's Secrets",
        "storage credentials of the team can be used by somebody whom the platform did not admit",
    ),
    Power.GUARD_RAILS: _rule(
        104,
        Severity.HIGH,
        "a stranger changes the tenant's guard-rails",
        "quota, limits, network policies and rights hold only as long as nobody else may change them",
    ),
    Power.ACT_AS: _rule(
        105,
        Severity.HIGH,
        "a stranger acts as the tenant's subjects",
        "impersonation, tokens, escalate and bind give every right that the tenant's accounts have",
    ),
    Power.WRITE: _rule(
        106,
        Severity.MEDIUM,
        "a stranger writes in the tenant's namespace",
        "models and configurations can be replaced by somebody whom the platform did not admit",
    ),
    Power.READ: _rule(
        107,
        Severity.LOW,
        "a stranger reads the tenant's objects",
        "configurations tell how the team's systems are built",
    ),
}
OWN = {
    Power.GUARD_RAILS: _rule(
        110,
        Severity.HIGH,
        "the team changes its own guard-rails",
        "who may change the limits is not limited by them",
        _NARROW,
    ),
    Power.ACT_AS: _rule(
        111,
        Severity.HIGH,
        "the team acts as others",
        "whoever acts as the operator's or a Server's ServiceAccount has its rights too",
        _NARROW,
    ),
    Power.SECRETS: _rule(
        112,
        Severity.MEDIUM,
        "the team reads Secrets",
        "a profile writes Secrets but never reads them, so that a lost credential loses none of them",
        _NARROW,
    ),
    Power.COMMANDS: _rule(
        113,
        Severity.MEDIUM,
        "the team runs commands in pods",
        "a command runs with the pod's ServiceAccount, which reads Secrets, and proxies pass by the network policies",
        _NARROW,
    ),
    Power.PODS: _rule(
        114,
        Severity.MEDIUM,
        "the team starts pods of its own",
        "a pod may run as any ServiceAccount and mount any Secret of the namespace",
        _NARROW,
    ),
    Power.TRAFFIC: _rule(
        115,
        Severity.MEDIUM,
        "the team redirects traffic",
        "Services with external addresses and written Endpoints take over the traffic of others",
        _NARROW,
    ),
}
BEYOND = _rule(
    116,
    Severity.HIGH,
    "a tenant's ServiceAccount has rights outside its tenant",
    "a pod of the tenant reaches the cluster, the platform or a namespace that is no tenant's",
)
WILDCARD = _rule(
    120,
    Severity.MEDIUM,
    "a Role with a wildcard",
    "it grants what nobody has thought of yet: new kinds, subresources and verbs",
    "list verbs and resources",
)
BUILT_IN = _rule(
    121,
    Severity.HIGH,
    "a built-in role is bound in a tenant",
    "admin and edit delete network policies, read Secrets and act as ServiceAccounts",
    "bind one of the tenant's profiles instead",
)
AGGREGATED = _rule(
    122,
    Severity.HIGH,
    "a ClusterRole adds Seldon rights to a built-in role",
    "everybody with edit or admin anywhere gets them at once",
    "remove the label rbac.authorization.k8s.io/aggregate-to-…",
)

_BUILT_IN = ("cluster-admin", "admin", "edit")
_BY_DESIGN = {Power.SECRETS}
"""A Server's agent reads Secrets: Seldon cannot load a model otherwise."""


def rules() -> Iterator[Rule]:
    yield from (EVERYBODY, OTHER_TENANT, *FOREIGN.values(), *OWN.values(), BEYOND, WILDCARD, BUILT_IN, AGGREGATED)


def find(world: World) -> Findings:
    """Every grant once for each subject and tenant that it is about."""
    for subject, granted in world.access.grants.by_subject.items():
        for grant in granted:
            yield from _of_grant(world, subject, grant)
    for tenant in world.tenants:
        yield from _of_objects(world, tenant.name)
    yield from _aggregated(world)


def _of_grant(world: World, subject: str, grant: Grant) -> Findings:
    tenants = {tenant.name for tenant in world.tenants}
    has = powers(grant.rules)
    if not has:
        return
    if grant.namespace == CLUSTER or grant.namespace not in world.known:
        yield from _outside(world, subject, grant)
    if grant.namespace != CLUSTER and grant.namespace not in tenants:
        return
    is_to = relation(world, grant.namespace, subject)
    if is_to in EXPECTED:
        return
    if is_to is Relation.OWN and grant.namespace:
        made = world.bindings.get(grant.binding)
        designed = _BY_DESIGN if made is not None and runtime_made(made) else set()
        for power, rule in OWN.items():
            if power in has and power not in designed:
                yield _found(rule, grant, subject, power)
    elif is_to is Relation.EVERYBODY:
        yield _found(EVERYBODY, grant, subject, *has)
    elif is_to is Relation.OTHER and (grant.namespace or not _is_account(subject)):
        yield _found(OTHER_TENANT, grant, subject, *has)
    elif is_to is Relation.FOREIGN:
        yield from _of_stranger(grant, subject, has)


def _of_stranger(grant: Grant, subject: str, has: Collection[Power]) -> Findings:
    held = [power for power in Power if power in has]
    harmful = [power for power in held if power in (Power.SECRETS, Power.GUARD_RAILS, Power.ACT_AS)]
    for power in harmful:
        yield _found(FOREIGN[power], grant, subject, power)
    writes = [power for power in held if power in (Power.COMMANDS, Power.PODS, Power.TRAFFIC, Power.WRITE)]
    if writes and not harmful:
        yield _found(FOREIGN[Power.WRITE], grant, subject, *writes)
    if Power.READ in held and not harmful and not writes:
        yield _found(FOREIGN[Power.READ], grant, subject, Power.READ)


def _outside(world: World, subject: str, grant: Grant) -> Findings:
    """A tenant's ServiceAccount, or its operator, elsewhere than in the tenant; its operator also takes part in the platform's own affairs."""
    for tenant in world.tenants if _is_account(subject) else ():
        is_to = relation(world, tenant.name, subject)
        if is_to is Relation.OWN or (is_to is Relation.OPERATOR and grant.namespace != world.snapshot.platform):
            yield replace(_found(BEYOND, grant, subject, *powers(grant.rules)), tenant=tenant.name)


def _is_account(subject: str) -> bool:
    return subject.startswith(("User system:serviceaccount:", "Group system:serviceaccounts:"))


def _found(rule: Rule, grant: Grant, subject: str, *held: Power) -> Finding:
    example = powers(grant.rules)[held[0]]
    namespace = grant.namespace
    if example.resource == "namespaces" and namespace:
        example = replace(example, name=namespace)
    place = namespace or "every namespace"
    may = few(power.value for power in held)
    evidence = f"{words(subject)} may {may} in {place}, by {grant.binding}; for one, it may {replace(example, namespace=namespace)}"
    return rule.found(namespace, grant.binding, evidence, "subjects")


def _of_objects(world: World, tenant: str) -> Findings:
    snapshot = world.snapshot
    for role in snapshot.inside(ROLE, tenant):
        if not platform_made(role) and not runtime_made(role):
            for position, rule in enumerate(mappings(role.get("rules"))):
                wild = [key for key in ("apiGroups", "resources", "verbs") if "*" in (rule.get(key) or ())]
                if wild:
                    yield WILDCARD.found(tenant, title_of(role), f"has * in {', '.join(wild)}", f"rules[{position}]")
    for binding in snapshot.inside(ROLE_BINDING, tenant):
        reference = mapping(binding.get("roleRef"))
        if reference.get("kind") == "ClusterRole" and reference.get("name") in _BUILT_IN and binding.get("subjects"):
            named = few(f"{one.get('kind')} {one.get('name')}" for one in mappings(binding.get("subjects")))
            yield BUILT_IN.found(
                tenant, title_of(binding), f"binds ClusterRole {reference['name']} to {named}", "roleRef.name"
            )


def _aggregated(world: World) -> Findings:
    for role in world.snapshot.all(CLUSTER_ROLE):
        given = labels_of(role).items()
        labels = [
            key
            for key, value in given
            if key.startswith(f"{RBAC_GROUP}/aggregate-to-") and not key.endswith("view") and value == "true"
        ]
        if labels and any(_about_seldon(rule) for rule in mappings(role.get("rules"))):
            yield AGGREGATED.found(
                "",
                f"ClusterRole {name_of(role)}",
                f"has rights on {SELDON_GROUP} and the label {labels[0]}",
                "metadata.labels",
            )


def _about_seldon(rule: object) -> bool:
    return SELDON_GROUP in (mapping(rule).get("apiGroups") or ())
