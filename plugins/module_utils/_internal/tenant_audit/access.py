# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Who may do what: the API server's own question, and its answer from the RBAC objects alone."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from ..operators.rbac import CLUSTER, Grant, Grants, Rule, grants
from ..operators.snapshot import RbacSnapshot

SUPERUSERS = "system:masters"
"""A group that no rule restricts: the API server asks it nothing."""
AUTHENTICATED = "system:authenticated"
UNAUTHENTICATED = "system:unauthenticated"
ACCOUNTS = "system:serviceaccounts"
_ACCOUNT = "system:serviceaccount:"


@dataclass(frozen=True)
class Subject:
    """Somebody who asks: ``groups`` are all that count, so those that the API server adds by itself have to be among
    them.
    """

    user: str = ""
    groups: tuple[str, ...] = ()

    @property
    def keys(self) -> tuple[str, ...]:
        """How bindings name this somebody."""
        return (f"User {self.user}", *(f"Group {group}" for group in self.groups))


@dataclass(frozen=True)
class Question:
    """``resource`` is such as ``pods`` or ``pods/exec``; ``namespace`` is empty for all of them, ``name`` for a request
    that names no object.

    With a ``path`` it is about that path and no resource.
    """

    verb: str
    group: str = ""
    resource: str = ""
    namespace: str = CLUSTER
    name: str = ""
    path: str = ""

    def __str__(self) -> str:
        if self.path:
            return f"{self.verb} {self.path}"
        plural, slash, subresource = self.resource.partition("/")
        target = f"{plural}.{self.group}{slash}{subresource}" if self.group else self.resource
        place = f" in {self.namespace}" if self.namespace else " in every namespace"
        return f"{self.verb} {target}{f' {self.name}' if self.name else ''}{place}"


@dataclass(frozen=True)
class Answer:
    """``allowed`` is None where it cannot be told, because bindings or roles could not be read. ``by`` names the
    binding that allows.
    """

    allowed: bool | None
    by: str = ""


class Access:
    """The RBAC objects, indexed once for any number of questions."""

    def __init__(self, rbac: RbacSnapshot) -> None:
        self.grants: Grants = grants(rbac)

    def decide(self, subject: Subject, question: Question) -> Answer:
        """As the API server decides with its modes RBAC and the group of superusers."""
        if SUPERUSERS in subject.groups:
            return Answer(True, f"Group {SUPERUSERS}")
        for grant in self._of(subject):
            if grant.namespace in (CLUSTER, question.namespace) and allows(grant, question):
                return Answer(True, grant.binding)
        return Answer(None if self.grants.unread else False)

    def _of(self, subject: Subject) -> Iterator[Grant]:
        for key in subject.keys:
            yield from self.grants.by_subject.get(key, ())


def allows(grant: Grant, question: Question) -> bool:
    """Whether one of the grant's rules answers yes; where the grant holds is not looked at, but a path is granted for
    the whole cluster only.
    """
    if question.path:
        return grant.namespace == CLUSTER and any(rule.allows_url(question.path, question.verb) for rule in grant.rules)
    return any(_rule_allows(rule, question) for rule in grant.rules)


def _rule_allows(rule: Rule, question: Question) -> bool:
    return rule.allows_named(question.group, question.resource, question.verb, question.name)


def service_account(namespace: str, name: str) -> Subject:
    """A ServiceAccount with the groups that the API server gives it."""
    return Subject(f"{_ACCOUNT}{namespace}:{name}", (ACCOUNTS, f"{ACCOUNTS}:{namespace}", AUTHENTICATED))


def account_of(user: str) -> tuple[str, str] | None:
    """Namespace and name of the ServiceAccount that a user's name means."""
    if not user.startswith(_ACCOUNT):
        return None
    namespace, colon, name = user.removeprefix(_ACCOUNT).partition(":")
    return (namespace, name) if colon and namespace and name else None
