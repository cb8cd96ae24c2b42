# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The checks of the Multi-Tenancy Benchmarks, answered twice: as they are written, and without their errors.

As written they ask as a user without groups, ask for resources that do not exist (``role`` for ``roles``), end in an
error for tenants who start no pods, and take any refusal for the one that they look for. Corrected, all people and
ServiceAccounts of the tenant are asked for, with their groups; a refused pod counts only if the control under test
refuses it and a pod without that fault is accepted.

Source: https://github.com/kubernetes-retired/multi-tenancy/tree/master/benchmarks
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import Enum

from ..isolation.pod_security.policy import NEWEST, Level, Policy
from ..kube.objects import mapping, name_of, spec_of
from ..kube.resources import RESOURCE_QUOTA, ROLE_BINDING, SERVICE_ACCOUNT
from ..tenant.options.quota import SPECIFICATION_QUOTA
from .access import Subject, service_account
from .benchmark_pods import PODS, refuses
from .benchmark_questions import CLUSTER_CHANGES, CLUSTER_READS, Asked, answers
from .ownership import runtime_made
from .pod_security_rules import enforced
from .subjects import Relation, relation
from .text import first_few
from .world import Tenant, World


class Outcome(str, Enum):
    """ERROR: the check as written cannot be made. UNKNOWN: something that it needs could not be read."""

    PASS = "pass"
    FAIL = "fail"
    ERROR = "error"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Check:
    """One check of one tenant. ``why`` explains the corrected answer.

    ``by_design``: why a failed check is as the platform means it to be; empty where it is not. No check is a finding:
    what endangers a tenant is found by the rules.
    """

    id: str
    title: str
    tenant: str
    written: Outcome
    corrected: Outcome
    why: str
    by_design: str = ""


_QUOTAS = {
    "MTB-PL1-CC-FNS-1": ("quotas of compute", ("cpu", "ephemeral-storage", "memory")),
    "MTB-PL1-CC-FNS-2": (
        "quotas of object counts",
        (
            "pods",
            "services",
            "replicationcontrollers",
            "resourcequotas",
            "secrets",
            "configmaps",
            "persistentvolumeclaims",
            "services.nodeports",
            "services.loadbalancers",
        ),
    ),
}


def checks(world: World) -> list[Check]:
    """All checks of every tenant whose namespace exists."""
    guests = _guests(world)
    return [
        check
        for tenant in world.tenants
        if tenant.namespace is not None
        for check in _checks(world, tenant, guests.get(tenant.name, ()))
    ]


def _guests(world: World) -> dict[str, list[str]]:
    """By tenant: the subjects of bindings in its namespace that are of another tenant."""
    guests: dict[str, list[str]] = {}
    for subject, grants in world.access.grants.by_subject.items():
        for grant in grants:
            is_of_tenant = grant.namespace in world.all_tenants and bool(grant.rules)
            if is_of_tenant and relation(world, grant.namespace, subject) is Relation.OTHER:
                guests.setdefault(grant.namespace, []).append(subject)
    return guests


def _checks(world: World, tenant: Tenant, guests: Sequence[str]) -> Iterator[Check]:
    people = [
        Subject(key.removeprefix("User ")) for key in world.people.get(tenant.name, ()) if key.startswith("User ")
    ] or [Subject("a user without groups")]
    permissions = (
        None
        if world.access.grants.unread
        else {title: answers(world.access, subject, tenant.name) for title, subject in _subjects(world, tenant.name)}
    )
    alone = None if permissions is None else [answers(world.access, subject, tenant.name) for subject in people]

    def asked(
        identifier: str, title: str, written: frozenset[Asked], corrected: frozenset[Asked], *, wanted_of: str = ""
    ) -> Check:
        """``wanted_of``: the objects that the team has to be allowed to write for the check to pass."""
        if permissions is None or alone is None:
            return Check(
                identifier, title, tenant.name, Outcome.UNKNOWN, Outcome.UNKNOWN, "permissions could not be read"
            )
        may = {name: allowed & corrected for name, allowed in permissions.items() if allowed & corrected}
        why = (
            first_few(
                f"{name} may {first_few(map(str, sorted(requests)), 2)}" for name, requests in sorted(may.items())
            )
            or "nobody of the tenant may"
        )
        if not wanted_of:
            as_written = not any(allowed & written for allowed in alone)
            return Check(identifier, title, tenant.name, _passed(as_written), _passed(not may), why)
        as_written = any(allowed >= written for allowed in alone)
        as_corrected = any(requests == corrected for requests in may.values())
        by_design = "" if as_corrected else f"{wanted_of} are guard-rails: only the platform writes them"
        return Check(identifier, title, tenant.name, _passed(as_written), _passed(as_corrected), why, by_design)

    quotas, networks = _asked("", ("resourcequotas",)), _asked("networking.k8s.io", ("networkpolicies",))
    roles = _asked(_RBAC, ("roles", "rolebindings"))
    yield asked("MTB-PL1-CC-CPI-1", "block cluster resources", CLUSTER_READS, CLUSTER_CHANGES | CLUSTER_READS)
    yield asked(
        "MTB-PL1-BC-CPI-2", "block changes of the platform's objects", frozenset(), _changes(quotas | networks | roles)
    )
    yield asked("MTB-PL1-CC-TI-1", "block changes of quotas", _changes(quotas), _changes(quotas))
    yield _others(tenant, guests, permissions is not None)
    escalate = frozenset(
        Asked(_RBAC, kind, verb) for kind in ("roles", "clusterroles") for verb in ("escalate", "bind")
    )
    yield asked(
        "MTB-PL2-CC-TI-1",
        "block escalation by roles",
        frozenset((Asked(_RBAC, "role", "escalate"), Asked(_RBAC, "clusterrole", "bind"))),
        escalate,
    )
    yield asked("MTB-PL2-BC-OPS-4", "the team makes network policies", networks, networks, wanted_of="network policies")
    yield asked(
        "MTB-PL2-BC-OPS-3", "the team makes roles and bindings", roles, roles, wanted_of="Roles and RoleBindings"
    )
    yield asked(
        "MTB-PL1-BC-HI-2",
        "block NodePort services",
        frozenset((Asked("", "services", "create"),)),
        frozenset((Asked("", "services", "create"),)),
    )
    starts = permissions is None or any(Asked("", "pods", "create") in allowed for allowed in alone or ())
    yield from _pods(world, tenant, starts, permissions is None)
    pulled = "whether the API server runs the admission plugin AlwaysPullImages cannot be read from it"
    yield Check("MTB-PL1-CC-DI-1", "always pull images", tenant.name, Outcome.ERROR, Outcome.UNKNOWN, pulled)
    yield from _quotas(world, tenant)


_RBAC = "rbac.authorization.k8s.io"


def _asked(group: str, names: tuple[str, ...]) -> frozenset[Asked]:
    return frozenset(
        Asked(group, name, verb)
        for name in names
        for verb in ("get", "create", "update", "patch", "delete", "deletecollection")
    )


def _changes(requests: frozenset[Asked]) -> frozenset[Asked]:
    return frozenset(request for request in requests if request.verb != "get")


def _passed(passed: bool) -> Outcome:
    return Outcome.PASS if passed else Outcome.FAIL


def _subjects(world: World, tenant: str) -> Iterator[tuple[str, Subject]]:
    """The people whom the platform bound, and the team's ServiceAccounts, without those of Seldon's runtime: these have
    the permissions that Seldon needs.
    """
    for key in sorted(world.people.get(tenant, ())):
        kind, _space, name = key.partition(" ")
        yield (
            key,
            Subject(name, ("system:authenticated",))
            if kind == "User"
            else Subject("somebody", (name, "system:authenticated")),
        )
    runtime = {
        subject.get("name")
        for binding in world.snapshot.inside(ROLE_BINDING, tenant)
        if runtime_made(binding)
        for subject in binding.get("subjects") or ()
    }
    for account in world.snapshot.inside(SERVICE_ACCOUNT, tenant):
        if name_of(account) not in runtime:
            yield f"ServiceAccount {tenant}/{name_of(account)}", service_account(tenant, name_of(account))


def _others(tenant: Tenant, guests: Sequence[str], readable: bool) -> Check:
    """By the grants in this namespace, so that no pairs of tenants are gone through."""
    identifier, title = "MTB-PL1-CC-TI-2", "block other tenants' resources"
    if not readable:
        return Check(identifier, title, tenant.name, Outcome.UNKNOWN, Outcome.UNKNOWN, "permissions could not be read")
    written = _passed(not any(guest.startswith("User ") for guest in guests))
    return Check(
        identifier,
        title,
        tenant.name,
        written,
        _passed(not guests),
        first_few(guests) or "nobody of another tenant has a permission here",
    )


def _pods(world: World, tenant: Tenant, starts: bool, unread: bool) -> Iterator[Check]:
    policy, release = enforced(tenant.namespace or {}), world.snapshot.minor or NEWEST
    stricter = Policy(Level.RESTRICTED, policy.minor) if policy and policy.level is Level.BASELINE else None
    for identifier, (title, _spoil) in PODS.items():
        refused, why = refuses(policy, identifier, release)
        written = Outcome.UNKNOWN if unread else _passed(refused) if starts else Outcome.ERROR
        is_designed = not refused and stricter is not None and refuses(stricter, identifier, release)[0]
        by_design = (
            "level baseline allows it; tenant_namespace_pod_security can enforce restricted" if is_designed else ""
        )
        yield Check(identifier, title, tenant.name, written, _passed(refused), why, by_design)


def _quotas(world: World, tenant: Tenant) -> Iterator[Check]:
    quotas = world.snapshot.inside(RESOURCE_QUOTA, tenant.name)
    keys = {str(key) for quota in quotas for key in mapping(spec_of(quota).get("hard"))}
    for identifier, (title, wanted) in _QUOTAS.items():
        if not world.snapshot.readable(RESOURCE_QUOTA):
            yield Check(identifier, title, tenant.name, Outcome.UNKNOWN, Outcome.UNKNOWN, "quotas could not be read")
            continue
        loosely = [name for name in wanted if not any(name in key for key in keys)]
        exactly = [name for name in wanted if not keys & _keys(name)]
        why = f"no quota of {first_few(exactly, 9)}" if exactly else "all are limited"
        is_designed = bool(exactly) and not any(_keys(name) & SPECIFICATION_QUOTA.keys() for name in exactly)
        by_design = "the default quota has no such keys; tenant_namespace_quota can have them" if is_designed else ""
        yield Check(identifier, title, tenant.name, _passed(not loosely), _passed(not exactly), why, by_design)


def _keys(name: str) -> set[str]:
    """The keys of a quota that limit it."""
    return {name, f"count/{name}", f"requests.{name}", f"limits.{name}"}
