# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The relation of a subject to a tenant."""

from __future__ import annotations

from enum import Enum

from .access import ACCOUNTS, AUTHENTICATED, UNAUTHENTICATED, account_of
from .world import World

_EVERYBODY = (f"Group {AUTHENTICATED}", f"Group {UNAUTHENTICATED}", f"Group {ACCOUNTS}", "User system:anonymous")
_SYSTEM_NAMESPACES = ("kube-system", "kube-public", "kube-node-lease")


class Relation(str, Enum):
    """Of a subject of a binding to one tenant."""

    SYSTEM = "part of Kubernetes"
    PLATFORM = "of the platform"
    OPERATOR = "the tenant's operator"
    OWN = "of the tenant"
    OTHER = "of another tenant"
    EVERYBODY = "everybody"
    FOREIGN = "of nobody that the platform knows"


EXPECTED = (Relation.SYSTEM, Relation.PLATFORM, Relation.OPERATOR)
"""Relations whose permissions in a tenant the platform itself grants."""


def relation(world: World, tenant: str, subject: str) -> Relation:
    """``subject`` is such as ``User ann`` or ``Group system:serviceaccounts:fraud-detection``. ``tenant`` is empty for
    what holds everywhere.
    """
    if subject in _EVERYBODY:
        return Relation.EVERYBODY
    kind, _space, name = subject.partition(" ")
    account = account_of(name) if kind == "User" else None
    if account is None and name.startswith(f"{ACCOUNTS}:"):
        account = name.removeprefix(f"{ACCOUNTS}:"), ""
    if account is not None:
        return _of_account(world, tenant, *account)
    if name.startswith("system:"):
        return Relation.SYSTEM
    return _of_person(world, tenant, subject)


def _of_account(world: World, tenant: str, namespace: str, name: str) -> Relation:
    if namespace == world.snapshot.platform:
        served = world.operators.get(name)
        if served is None:
            return Relation.PLATFORM if name else Relation.OTHER
        return Relation.OPERATOR if served == tenant else Relation.OTHER
    if namespace == tenant:
        return Relation.OWN
    if namespace in world.all_tenants:
        return Relation.OTHER
    return Relation.SYSTEM if namespace in _SYSTEM_NAMESPACES else Relation.FOREIGN


def _of_person(world: World, tenant: str, subject: str) -> Relation:
    if subject in world.people.get(tenant, ()):
        return Relation.OWN
    return Relation.OTHER if any(subject in people for people in world.people.values()) else Relation.FOREIGN


def tenant_of(world: World, subject: str) -> str:
    """The tenant whose ServiceAccounts the subject is or is among, or that it serves as an operator; empty for none."""
    kind, _space, name = subject.partition(" ")
    account = account_of(name) if kind == "User" else None
    namespace, account_name = account or (name.removeprefix(f"{ACCOUNTS}:") if kind == "Group" else "", "")
    if namespace == world.snapshot.platform:
        return world.operators.get(account_name, "")
    return namespace if namespace in world.all_tenants else ""


def words(subject: str) -> str:
    """As bindings write it: ``ServiceAccount namespace/name`` for the user of that name."""
    kind, _space, name = subject.partition(" ")
    account = account_of(name) if kind == "User" else None
    return f"ServiceAccount {account[0]}/{account[1]}" if account else subject
