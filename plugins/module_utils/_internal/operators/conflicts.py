# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Problems between operators, and between operators and tenants."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence

from ..diagnosis.diagnostic import Diagnostic, Severity
from ..diagnosis.subject import Subject
from ..kube.resources import NAMESPACE
from .conflict import Conflict
from .operator_conflicts import operator_conflicts
from .record import Operator, operators_perhaps_watching, operators_watching
from .watch import Scope


def conflicts(
    operators: Sequence[Operator], tenants: Collection[str], existing: Collection[str] | None
) -> list[Conflict]:
    """All conflicts, errors first. `tenants`: the namespaces that need an operator. `existing`: the names of all
    namespaces, or None where unknown.
    """
    every = [
        *_watched_twice(operators, tenants),
        *_twins(operators),
        *(conflict for tenant in sorted(tenants) for conflict in _unwatched(operators, tenant)),
        *(conflict for operator in operators for conflict in operator_conflicts(operator, existing)),
    ]
    rank = list(Severity)
    return sorted(every, key=lambda conflict: rank.index(conflict.diagnostic.severity))


def _watched_twice(operators: Sequence[Operator], tenants: Collection[str]) -> Iterator[Conflict]:
    everywhere = [operator for operator in operators if operator.running and operator.watch.scope is Scope.ALL]
    if len(everywhere) > 1:
        yield _contested(everywhere, ())
    named = {name for operator in operators for name in operator.watch.namespaces}
    contested: dict[tuple[str, ...], list[str]] = defaultdict(list)
    watchers: dict[tuple[str, ...], list[Operator]] = {}
    for namespace in sorted(named | set(tenants)):
        watching = operators_watching(operators, namespace)
        if len(watching) > 1 and watching != everywhere:
            titles = tuple(operator.title for operator in watching)
            contested[titles].append(namespace)
            watchers[titles] = watching
    for titles, namespaces in contested.items():
        yield _contested(watchers[titles], tuple(namespaces))


def _contested(watching: Sequence[Operator], namespaces: tuple[str, ...]) -> Conflict:
    place = Subject(NAMESPACE.kind, ", ".join(namespaces)) if namespaces else Subject(name="every Namespace")
    titles = tuple(operator.title for operator in watching)
    one_lease = len({operator.namespace for operator in watching}) == 1 and all(
        operator.leader_elect for operator in watching
    )
    effect = (
        "they share one lease, so any one of them may be active, each with its own lookup namespace"
        if one_lease
        else "they overwrite each other's status of its objects and compete for its scheduler's streams"
    )
    return Conflict(
        Diagnostic(
            place,
            f"is watched by {len(titles)} operators, {', '.join(titles)}: {effect}",
            next_steps=("leave exactly one: limit the other's --watch-namespaces, or delete it",),
            code="watched_twice",
        ),
        titles,
        namespaces,
    )


def _twins(operators: Sequence[Operator]) -> Iterator[Conflict]:
    electing: dict[str, list[str]] = defaultdict(list)
    for operator in operators:
        if operator.running and operator.leader_elect:
            electing[operator.namespace].append(operator.title)
    for namespace, titles in electing.items():
        if len(titles) > 1:
            yield Conflict(
                Diagnostic(
                    Subject("Lease", "e98130ae.seldon.io", namespace),
                    f"is shared by {', '.join(titles)}, all with --leader-elect: only one of them is active, the others are ready but idle",
                    next_steps=("remove --leader-elect from all but one of them",),
                    code="leader_election_twins",
                ),
                tuple(titles),
            )


def _unwatched(operators: Sequence[Operator], tenant: str) -> Iterator[Conflict]:
    if operators_watching(operators, tenant):
        return
    perhaps = operators_perhaps_watching(operators, tenant)
    idle = [operator.title for operator in operators if not operator.running and operator.watch.covers(tenant)]
    if perhaps:
        titles = tuple(operator.title for operator in perhaps)
        message = f"may be watched by {', '.join(titles)}, whose watch set is unknown, and by no other operator"
        step = "give that operator's container literal arguments and env values"
        yield Conflict(_no_operator(tenant, message, step, Severity.UNKNOWN), titles, (tenant,))
    elif idle:
        message = f"is watched by no running operator: {', '.join(idle)} would, but has no ready pod"
        yield Conflict(_no_operator(tenant, message, f"start {', '.join(idle)}"), tuple(idle), (tenant,))
    else:
        message = "is watched by no operator: its Seldon objects are not reconciled"
        step = "add it to an operator's --watch-namespaces, or give it an operator of its own"
        yield Conflict(_no_operator(tenant, message, step), (), (tenant,))


def _no_operator(tenant: str, message: str, next_step: str, severity: Severity = Severity.ERROR) -> Diagnostic:
    subject = Subject(NAMESPACE.kind, tenant)
    return Diagnostic(subject, message, next_steps=(next_step,), severity=severity, code="unwatched")
