# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Problems of a single operator."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from ..diagnosis.diagnostic import Diagnostic, Severity
from ..diagnosis.next_step import Command, NextStep
from ..diagnosis.subject import Subject
from ..kube.resources import DEPLOYMENT
from .conflict import Conflict
from .permissions import Held
from .record import Operator
from .watch import Scope


def operator_conflicts(operator: Operator, existing: Collection[str] | None) -> Iterator[Conflict]:
    """`existing`: the names of all namespaces, or None where unknown. An operator scaled to 0 has only that problem."""
    if operator.replicas == 0:
        yield _of(
            operator,
            "not_running",
            Severity.WARNING,
            "is scaled to 0: it serves no namespace",
            Command(
                "scale it up if it is wanted",
                f"kubectl -n {operator.namespace} scale deployment {operator.name} --replicas=1",
            ),
        )
        return
    yield from _process(operator)
    yield from _watch_set(operator, existing)
    yield from _lookup(operator, existing)
    yield from _permissions(operator)


def _process(operator: Operator) -> Iterator[Conflict]:
    if operator.start_error:
        yield _of(
            operator,
            "invalid_flags",
            Severity.ERROR,
            f"exits at its start: {operator.start_error}",
            "correct the arguments of its container (or the variables they refer to)",
        )
    elif operator.ready == 0:
        yield _of(
            operator,
            "not_running",
            Severity.ERROR,
            f"has no ready pod (0 of {operator.replicas}): it serves no namespace",
            Command("see why", f"kubectl -n {operator.namespace} describe deployment {operator.name}"),
        )
    elif operator.rolling_out:
        yield _of(
            operator,
            "rolling_out",
            Severity.UNKNOWN,
            "is being rolled out: running processes may have other settings than its Deployment",
            Command("wait for it", f"kubectl -n {operator.namespace} rollout status deployment {operator.name}"),
        )
    if operator.replicas > 1 and operator.leader_elect is False:
        yield _of(
            operator,
            "replicas_without_leader_election",
            Severity.ERROR,
            f"has {operator.replicas} replicas without --leader-elect: all of them reconcile the same objects and overwrite each other's changes",
            "scale it to 1 replica",
        )
    if operator.leader_elect is None and not operator.start_error and operator.watch.scope is not Scope.UNKNOWN:
        yield _of(
            operator,
            "settings_unknown",
            Severity.UNKNOWN,
            "has a --leader-elect whose value is unknown",
            "give --leader-elect a literal value",
        )


def _watch_set(operator: Operator, existing: Collection[str] | None) -> Iterator[Conflict]:
    watch = operator.watch
    if watch.scope is Scope.UNKNOWN and not operator.start_error:
        yield _of(
            operator,
            "settings_unknown",
            Severity.UNKNOWN,
            f"has an unknown watch set: {watch.unknown}",
            "give its container literal arguments and env values",
        )
    if watch.surprise:
        yield _of(
            operator,
            "watch_set_not_as_asked",
            Severity.WARNING,
            watch.surprise,
            "set --namespace and --clusterwide for the intended watch set",
        )
    absent = [] if existing is None else [name for name in watch.namespaces if name not in existing]
    if absent:
        yield _of(
            operator,
            "watched_namespace_absent",
            Severity.WARNING,
            f"watches namespaces that do not exist: {', '.join(absent)}",
            "delete the operator if its tenant is gone",
            tuple(absent),
        )


def _lookup(operator: Operator, existing: Collection[str] | None) -> Iterator[Conflict]:
    lookup = operator.lookup_namespace
    if lookup.value is None:
        yield _of(
            operator,
            "settings_unknown",
            Severity.UNKNOWN,
            f"looks for ServerConfigs in an unknown namespace: {lookup.unknown}",
            "give its env POD_NAMESPACE a literal value or the fieldRef metadata.namespace",
        )
    elif not lookup.value:
        yield _of(
            operator,
            "lookup_namespace_empty",
            Severity.ERROR,
            "has an empty env POD_NAMESPACE: it finds no ServerConfig and no SeldonConfig",
            "set POD_NAMESPACE to the namespace that holds them",
        )
    elif operator.watch.covers(lookup.value) is False:
        yield _of(
            operator,
            "lookup_outside_watch_set",
            Severity.ERROR,
            f"looks for ServerConfigs in {lookup.value}, which it does not watch ({operator.watch.words()}): "
            'every lookup fails with "unknown namespace for the cache"',
            f"set its env POD_NAMESPACE to a namespace that it watches, or --namespace to {lookup.value}",
        )
    elif existing is not None and lookup.value not in existing:
        yield _of(
            operator,
            "lookup_namespace_absent",
            Severity.ERROR,
            f"looks for ServerConfigs in {lookup.value}, a namespace that does not exist",
            "set its env POD_NAMESPACE to the namespace that holds them",
        )


def _permissions(operator: Operator) -> Iterator[Conflict]:
    permissions, account = operator.permissions, f"ServiceAccount {operator.namespace}/{operator.service_account}"
    if permissions.held is Held.MISSING:
        yield _of(
            operator,
            "missing_rights",
            Severity.ERROR,
            f"runs as {account}, which lacks permissions: {' | '.join(permissions.missing)}",
            "bind the account to the rules of the operator's manager role, by "
            + (
                "a ClusterRoleBinding"
                if operator.watch.scope is Scope.ALL
                else "a RoleBinding in each namespace that it watches"
            ),
        )
    elif permissions.held is Held.UNKNOWN and operator.watch.scope is not Scope.UNKNOWN:
        yield _of(
            operator,
            "rights_unknown",
            Severity.UNKNOWN,
            f"runs as {account}, whose permissions are unknown: {permissions.unknown}",
            "run again with credentials that have permission to list Roles, ClusterRoles and their bindings",
        )
    excess = (permissions.cluster_wide or ()) + (permissions.elsewhere or ())
    if operator.watch.scope is Scope.NAMESPACES and excess:
        yield _of(
            operator,
            "excess_rights",
            Severity.WARNING,
            f"runs as {account}, which has permissions outside of its watch set ({operator.watch.words()}): {' | '.join(excess)}",
            "replace these bindings with a RoleBinding in each namespace that it watches",
        )


def _of(
    operator: Operator,
    code: str,
    severity: Severity,
    message: str,
    next_step: NextStep,
    namespaces: tuple[str, ...] = (),
) -> Conflict:
    subject = Subject(DEPLOYMENT.kind, operator.name, operator.namespace)
    diagnostic = Diagnostic(subject, message, next_steps=(next_step,), severity=severity, code=code)
    return Conflict(diagnostic, (operator.title,), namespaces)
