# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What is wrong between operators, and between operators and tenants."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence

from .conflict import Conflict, Severity
from .operator_conflicts import operator_conflicts
from .record import Operator, operators_perhaps_watching, operators_watching
from .watch import Scope


def conflicts(
    operators: Sequence[Operator], tenants: Collection[str], existing: Collection[str] | None
) -> list[Conflict]:
    """All findings, errors first. `tenants`: the namespaces that need an operator. `existing`: the names of all namespaces, or None."""
    found = [
        *_watched_twice(operators, tenants),
        *_twins(operators),
        *(conflict for tenant in sorted(tenants) for conflict in _unwatched(operators, tenant)),
        *(conflict for operator in operators for conflict in operator_conflicts(operator, existing)),
    ]
    rank = list(Severity)
    return sorted(found, key=lambda conflict: rank.index(conflict.severity))


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
    place = f"Namespace {', '.join(namespaces)}" if namespaces else "every Namespace"
    titles = tuple(operator.title for operator in watching)
    one_lease = len({operator.namespace for operator in watching}) == 1 and all(
        operator.leader_elect for operator in watching
    )
    effect = (
        "they share one lease, so that either of them may be the one that acts, each with its own lookup namespace"
        if one_lease
        else "they fight over the status of its objects and over its scheduler's streams"
    )
    return Conflict(
        "watched_twice",
        Severity.ERROR,
        place,
        f"is watched by {len(titles)} operators, {', '.join(titles)}: {effect}",
        "leave exactly one: limit the other's --watch-namespaces, or delete it",
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
                "leader_election_twins",
                Severity.ERROR,
                f"Lease {namespace}/e98130ae.seldon.io",
                f"is shared by {', '.join(titles)}, all with --leader-elect: only one of them works, the others are ready but idle",
                "remove --leader-elect from all but one of them",
                tuple(titles),
            )


def _unwatched(operators: Sequence[Operator], tenant: str) -> Iterator[Conflict]:
    if operators_watching(operators, tenant):
        return
    perhaps = operators_perhaps_watching(operators, tenant)
    idle = [operator.title for operator in operators if not operator.running and operator.watch.covers(tenant)]
    if perhaps:
        titles = tuple(operator.title for operator in perhaps)
        yield Conflict(
            "unwatched",
            Severity.UNKNOWN,
            f"Namespace {tenant}",
            f"is perhaps watched by {', '.join(titles)}, which cannot be told, and by no other operator",
            "give that operator's container literal arguments and env values",
            titles,
            (tenant,),
        )
    elif idle:
        yield Conflict(
            "unwatched",
            Severity.ERROR,
            f"Namespace {tenant}",
            f"is watched by no running operator: {', '.join(idle)} would, but has no ready pod",
            f"bring {', '.join(idle)} up",
            tuple(idle),
            (tenant,),
        )
    else:
        yield Conflict(
            "unwatched",
            Severity.ERROR,
            f"Namespace {tenant}",
            "is watched by no operator: nothing happens to its Seldon objects",
            "add it to an operator's --watch-namespaces, or give it an operator of its own",
            (),
            (tenant,),
        )
