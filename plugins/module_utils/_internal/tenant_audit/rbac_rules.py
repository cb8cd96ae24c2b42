# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The rules about permissions in a tenant (TA1xx)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from ..kube.objects import mapping, mappings, name_of
from ..kube.resources import CLUSTER_ROLE, CLUSTER_ROLE_BINDING, NAMESPACE, RBAC_GROUP, ROLE, ROLE_BINDING, SELDON_GROUP
from ..operators.rbac import CLUSTER, Grant
from .access import Question
from .ownership import platform_made, runtime_made
from .powers import Power, powers
from .rule import Finder, Observation, Observations, Rule, Severity, rule
from .snapshot import labels_of, title_of
from .subjects import EXPECTED, Relation, relation, tenant_of, words
from .text import first_few
from .world import World, derived

_UNBIND = "remove the subject from the binding, or delete the binding"
_NARROW = "remove the permission from the Role, or bind a Role without it; docs/access.md lists what each profile needs"
_BUILT_IN = ("cluster-admin", "admin", "edit")
_BY_DESIGN = {Power.SECRETS}
"""A Server's agent reads Secrets: Seldon cannot load a model otherwise."""
_HARMFUL = (Power.SECRETS, Power.GUARD_RAILS, Power.ACT_AS)
_WRITING = (Power.COMMANDS, Power.PODS, Power.TRAFFIC, Power.WRITE)


@dataclass(frozen=True)
class _Held:
    """The powers, at least one, that one binding gives one subject in a tenant or in the whole cluster."""

    subject: str
    grant: Grant
    powers: Mapping[Power, Question]
    relation: Relation

    @property
    def is_harmful(self) -> bool:
        return any(power in self.powers for power in _HARMFUL)

    @property
    def writing(self) -> tuple[Power, ...]:
        return tuple(power for power in Power if power in self.powers and power in _WRITING)


def _permissions_rule(
    id: str, severity: Severity, *, title: str, why: str, repair: str = _UNBIND
) -> Callable[[Finder[World]], Rule[World]]:
    kinds = (NAMESPACE, ROLE, ROLE_BINDING, CLUSTER_ROLE, CLUSTER_ROLE_BINDING)
    return rule(id, severity, title=title, why=why, repair=repair, kinds=kinds)


@_permissions_rule(
    "TA101",
    Severity.CRITICAL,
    title="everybody has permissions in a tenant",
    why="anyone with any credential of the cluster, or with none, reaches the tenant's objects",
)
def everybody_has_permissions(world: World) -> Observations:
    for held in _held_by(world, Relation.EVERYBODY):
        yield _observation(held, *held.powers)


@_permissions_rule(
    "TA102",
    Severity.CRITICAL,
    title="another tenant has permissions in a tenant",
    why="one team's mistake, or one stolen token, reaches another team's objects",
)
def another_tenant_has_permissions(world: World) -> Observations:
    for held in _held_by(world, Relation.OTHER):
        if held.grant.namespace or not _is_account(held.subject):
            yield _observation(held, *held.powers)


@_permissions_rule(
    "TA103",
    Severity.HIGH,
    title="a stranger reads the tenant's Secrets",
    why="somebody to whom the platform gave no access can use the team's storage credentials",
)
def stranger_reads_secrets(world: World) -> Observations:
    return _of_strangers(world, Power.SECRETS)


@_permissions_rule(
    "TA104",
    Severity.HIGH,
    title="a stranger changes the tenant's guard-rails",
    why="quota, limits, network policies and permissions protect the tenant only while nobody else may change them",
)
def stranger_changes_guard_rails(world: World) -> Observations:
    return _of_strangers(world, Power.GUARD_RAILS)


@_permissions_rule(
    "TA105",
    Severity.HIGH,
    title="a stranger acts as the tenant's subjects",
    why="impersonation, tokens, escalate and bind give every permission that the tenant's subjects have",
)
def stranger_acts_as_others(world: World) -> Observations:
    return _of_strangers(world, Power.ACT_AS)


@_permissions_rule(
    "TA106",
    Severity.MEDIUM,
    title="a stranger writes in the tenant's namespace",
    why="somebody to whom the platform gave no access can replace models and configurations",
)
def stranger_writes(world: World) -> Observations:
    for held in _held_by(world, Relation.FOREIGN):
        if held.writing and not held.is_harmful:
            yield _observation(held, *held.writing)


@_permissions_rule(
    "TA107",
    Severity.LOW,
    title="a stranger reads the tenant's objects",
    why="configurations show how the team's systems are built",
)
def stranger_reads(world: World) -> Observations:
    for held in _held_by(world, Relation.FOREIGN):
        if Power.READ in held.powers and not held.is_harmful and not held.writing:
            yield _observation(held, Power.READ)


@_permissions_rule(
    "TA110",
    Severity.HIGH,
    title="the team changes its own guard-rails",
    why="a team that may change its limits is not limited by them",
    repair=_NARROW,
)
def team_changes_guard_rails(world: World) -> Observations:
    return _of_team(world, Power.GUARD_RAILS)


@_permissions_rule(
    "TA111",
    Severity.HIGH,
    title="the team acts as others",
    why="anyone who acts as the ServiceAccount of the operator or of a Server also has its permissions",
    repair=_NARROW,
)
def team_acts_as_others(world: World) -> Observations:
    return _of_team(world, Power.ACT_AS)


@_permissions_rule(
    "TA112",
    Severity.MEDIUM,
    title="the team reads Secrets",
    why="a profile may write Secrets but not read them, so that a stolen credential exposes none of them",
    repair=_NARROW,
)
def team_reads_secrets(world: World) -> Observations:
    return _of_team(world, Power.SECRETS)


@_permissions_rule(
    "TA113",
    Severity.MEDIUM,
    title="the team runs commands in pods",
    why="a command acts as the pod's ServiceAccount, which may read Secrets, and proxies bypass the network policies",
    repair=_NARROW,
)
def team_runs_commands(world: World) -> Observations:
    return _of_team(world, Power.COMMANDS)


@_permissions_rule(
    "TA114",
    Severity.MEDIUM,
    title="the team starts pods of its own",
    why="a pod may run as any ServiceAccount and mount any Secret of the namespace",
    repair=_NARROW,
)
def team_starts_pods(world: World) -> Observations:
    return _of_team(world, Power.PODS)


@_permissions_rule(
    "TA115",
    Severity.MEDIUM,
    title="the team redirects traffic",
    why="Services with external addresses and written Endpoints take over the traffic of others",
    repair=_NARROW,
)
def team_redirects_traffic(world: World) -> Observations:
    return _of_team(world, Power.TRAFFIC)


@_permissions_rule(
    "TA116",
    Severity.HIGH,
    title="a tenant's ServiceAccount has permissions outside its tenant",
    why="a pod of the tenant reaches the cluster, the platform or a namespace outside the tenants",
)
def permissions_outside_the_tenant(world: World) -> Observations:
    """A tenant's ServiceAccount, or its operator, elsewhere than in the tenant; its operator also takes part in the
    platform's own affairs.
    """
    audited = {tenant.name for tenant in world.tenants}
    for subject, grants in world.access.grants.by_subject.items():
        tenant = tenant_of(world, subject) if _is_account(subject) else ""
        if tenant not in audited:
            continue
        is_to = relation(world, tenant, subject)
        for grant in grants:
            held = _Held(subject, grant, powers(grant.rules), is_to)
            is_at_home = is_to is Relation.OPERATOR and grant.namespace == world.snapshot.platform
            if held.powers and grant.namespace not in world.all_tenants and not is_at_home:
                yield replace(_observation(held, *held.powers), tenant=tenant)


@_permissions_rule(
    "TA120",
    Severity.MEDIUM,
    title="a Role with a wildcard",
    why="it also grants kinds, subresources and verbs that are added later",
    repair="list verbs and resources",
)
def wildcard(world: World) -> Observations:
    for tenant, role in world.inside(ROLE):
        if platform_made(role) or runtime_made(role):
            continue
        for position, granted in enumerate(mappings(role.get("rules"))):
            wild = [key for key in ("apiGroups", "resources", "verbs") if "*" in (granted.get(key) or ())]
            if wild:
                yield Observation(tenant, title_of(role), f"has * in {', '.join(wild)}", f"rules[{position}]")


@_permissions_rule(
    "TA121",
    Severity.HIGH,
    title="a built-in role is bound in a tenant",
    why="admin and edit delete network policies, read Secrets and act as ServiceAccounts",
    repair="bind one of the tenant's profiles instead",
)
def built_in_role(world: World) -> Observations:
    for tenant, binding in world.inside(ROLE_BINDING):
        role, subjects = mapping(binding.get("roleRef")), mappings(binding.get("subjects"))
        if role.get("kind") == "ClusterRole" and role.get("name") in _BUILT_IN and binding.get("subjects"):
            named = first_few(f"{subject.get('kind')} {subject.get('name')}" for subject in subjects)
            yield Observation(tenant, title_of(binding), f"binds ClusterRole {role['name']} to {named}", "roleRef.name")


@_permissions_rule(
    "TA122",
    Severity.HIGH,
    title="a ClusterRole adds permissions for Seldon's kinds to a built-in role",
    why="everybody with edit or admin in any namespace gets them",
    repair="remove the label rbac.authorization.k8s.io/aggregate-to-…",
)
def aggregated_permissions(world: World) -> Observations:
    for role in world.snapshot.all(CLUSTER_ROLE):
        labels = [
            key
            for key, value in labels_of(role).items()
            if key.startswith(f"{RBAC_GROUP}/aggregate-to-") and not key.endswith("view") and value == "true"
        ]
        if labels and any(SELDON_GROUP in (granted.get("apiGroups") or ()) for granted in mappings(role.get("rules"))):
            evidence = f"has permissions for {SELDON_GROUP} and the label {labels[0]}"
            yield Observation("", f"ClusterRole {name_of(role)}", evidence, "metadata.labels")


@derived
def _unexpected(world: World) -> Mapping[Relation, Sequence[_Held]]:
    """Every grant of a power in an audited tenant, or in the whole cluster, that is not the platform's own doing."""
    audited = {CLUSTER, *(tenant.name for tenant in world.tenants)}
    by_relation: dict[Relation, list[_Held]] = {}
    for subject, grants in world.access.grants.by_subject.items():
        for grant in grants:
            given = powers(grant.rules) if grant.namespace in audited else {}
            if given and (is_to := relation(world, grant.namespace, subject)) not in EXPECTED:
                by_relation.setdefault(is_to, []).append(_Held(subject, grant, given, is_to))
    return by_relation


def _held_by(world: World, is_to: Relation) -> Sequence[_Held]:
    return _unexpected(world).get(is_to, ())


def _of_strangers(world: World, power: Power) -> Observations:
    for held in _held_by(world, Relation.FOREIGN):
        if power in held.powers:
            yield _observation(held, power)


def _of_team(world: World, power: Power) -> Observations:
    for held in _held_by(world, Relation.OWN):
        if held.grant.namespace and power in held.powers and not _is_designed(world, held, power):
            yield _observation(held, power)


def _is_designed(world: World, held: _Held, power: Power) -> bool:
    binding = world.bindings.get(held.grant.binding)
    return power in _BY_DESIGN and binding is not None and runtime_made(binding)


def _is_account(subject: str) -> bool:
    return subject.startswith(("User system:serviceaccount:", "Group system:serviceaccounts:"))


def _observation(held: _Held, *shown: Power) -> Observation:
    namespace, binding = held.grant.namespace, held.grant.binding
    example = held.powers[shown[0]]
    if example.resource == "namespaces" and namespace:
        example = replace(example, name=namespace)
    may = first_few(power.value for power in shown)
    evidence = (
        f"{words(held.subject)} may {may} in {namespace or 'every namespace'}, by {binding}; "
        f"for one, it may {replace(example, namespace=namespace)}"
    )
    return Observation(namespace, binding, evidence, "subjects")
