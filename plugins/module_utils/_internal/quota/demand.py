# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The amounts that one workload or object will use, as a function of its replicas."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass

from ..diagnosis.diagnostic import Diagnostic
from ..diagnosis.subject import Subject
from ..kube.amounts import Amount, Amounts, add
from .charge import Charge
from .scopes import Scope


@dataclass(frozen=True)
class Times:
    """``count`` objects of one charge."""

    charge: Charge
    count: int = 1


@dataclass(frozen=True)
class PerReplica:
    """One object per replica. ``existing``: the sorted ordinals whose object already exists. It stays and is already
    counted, so it adds nothing.
    """

    charge: Charge
    existing: tuple[int, ...] = ()

    def count(self, replicas: int) -> int:
        """The number of objects to create."""
        return replicas - bisect_left(self.existing, replicas)


@dataclass(frozen=True)
class Surge:
    """maxSurge of a Deployment: a number of pods, or a percentage of the replicas (rounded up)."""

    pods: int = 0
    percent: int = 25

    def count(self, replicas: int) -> int:
        """The number of additional pods during an update."""
        return self.pods + -(-replicas * self.percent // 100)


@dataclass(frozen=True)
class Rolling:
    """A rolling update that replaces ``replicas`` pods of the old template, with old and new pods at the same time.

    Without ``surge`` it is a StatefulSet's: one pod is deleted, then its successor is created.
    """

    old: Charge
    replicas: int
    surge: Surge | None

    def peak(self, new: Charge, replicas: int, scopes: tuple[Scope, ...]) -> dict[str, Amount]:
        """The peak by key: old and new pods within replicas + surge, as many of the larger ones as possible."""
        if self.surge is None:
            return self._one_by_one(new, replicas, scopes)
        together = max(self.replicas, replicas + self.surge.count(replicas))
        before, after = self.old.under(scopes), new.under(scopes)
        peak = {}
        for key in before.keys() | after.keys():
            old, fresh = before.get(key, 0), after.get(key, 0)
            if fresh >= old:
                peak[key] = replicas * fresh + min(self.replicas, together - replicas) * old
            else:
                peak[key] = self.replicas * old + min(replicas, together - self.replicas) * fresh
        return peak

    def _one_by_one(self, new: Charge, replicas: int, scopes: tuple[Scope, ...]) -> dict[str, Amount]:
        """The peak by key where replicas are added first, or removed first, and then replaced one by one."""
        before, after = self.old.under(scopes), new.under(scopes)
        peak = {}
        for key in before.keys() | after.keys():
            old, fresh = before.get(key, 0), after.get(key, 0)
            stay = min(self.replicas, replicas)
            moments = [replicas * fresh]
            if fresh and replicas:
                added = replicas - stay
                moments += [stay * old + added * fresh] if added else []
                moments += [(stay - 1) * old + (added + 1) * fresh] if stay else []
            peak[key] = max(moments)
        return peak


@dataclass(frozen=True)
class Demand:
    """The use of n replicas: fixed + n * per_replica + pods - held.

    ``pod``: the pods of n replicas; separate, because an update may run old and new ones at the same time (``rolling``).
    ``kept``: live pods that are not recreated; they count their own amounts. ``later``: why new pods would be refused,
    where none is created now. ``surge``: additional pods at a later update. ``held``: the amounts of the objects that this
    replaces. ``replicas_at_max``: None for no limit. ``findings``: why the API server would refuse it. ``unknown``: why its
    amounts are unknown. ``notes``: assumptions that users need to know.
    """

    subject: Subject
    replicas: int = 1
    replicas_at_max: int | None = 1
    fixed: tuple[Times, ...] = ()
    per_replica: tuple[PerReplica, ...] = ()
    pod: Charge | None = None
    rolling: Rolling | None = None
    kept: tuple[Charge, ...] = ()
    surge: Surge = Surge(0, 0)
    held: tuple[Times, ...] = ()
    findings: tuple[Diagnostic, ...] = ()
    later: tuple[Diagnostic, ...] = ()
    unknown: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()

    def taken(self, replicas: int, scopes: tuple[Scope, ...] = (), *, settled: bool = False) -> dict[str, Amount]:
        """The additional use by key, without ``held``; ``settled``: after an update, not during it."""
        total = self.constant(scopes)
        for item in self.per_replica:
            add(total, item.charge.under(scopes), item.count(replicas))
        if self.pod is not None:
            if self.rolling is None or settled:
                for charge in self.kept[:replicas]:
                    add(total, charge.under(scopes))
                add(total, self.pod.under(scopes), self.new_pods(replicas))
            else:
                add(total, self.rolling.peak(self.pod, replicas, scopes))
        return total

    def constant(self, scopes: tuple[Scope, ...] = ()) -> dict[str, Amount]:
        """The use by key that does not depend on replicas: fixed - held."""
        total: dict[str, Amount] = {}
        for item in self.fixed:
            add(total, item.charge.under(scopes), item.count)
        for item in self.held:
            add(total, item.charge.under(scopes), -item.count)
        return total

    def each(self, scopes: tuple[Scope, ...] = ()) -> dict[str, Amount]:
        """The use by key of one replica of which no object exists."""
        total: dict[str, Amount] = {}
        for item in self.per_replica:
            add(total, item.charge.under(scopes))
        if self.pod is not None:
            add(total, self.pod.under(scopes))
        return total

    def existing(self) -> int:
        """An upper bound of the number of replicas that already have objects."""
        return max((len(item.existing) for item in self.per_replica), default=0) + len(self.kept)

    def creates(self, taken: Amounts, scopes: tuple[Scope, ...]) -> set[str]:
        """Keys of which something is created; ``taken`` is the use now. Admission compares these, also where the total
        decreases.
        """
        created = {key for key, amount in taken.items() if amount > 0}
        if self.pod is not None and self.new_pods(self.replicas):
            created.update(key for key, amount in self.pod.under(scopes).items() if amount)
        return created

    def new_pods(self, replicas: int) -> int:
        """The number of pods that are created for so many replicas."""
        return max(replicas - len(self.kept), 0)

    def scales(self) -> bool:
        """Whether it depends on replicas."""
        return self.pod is not None or bool(self.per_replica)

    def grows(self) -> bool:
        """Whether it has no new pods now, and may have some at its maximum."""
        return not self.new_pods(self.replicas) and (
            self.replicas_at_max is None or self.new_pods(self.replicas_at_max) > 0
        )

    def pods(self) -> list[Charge]:
        """The kinds of pods that are created now."""
        charges = [item.charge for item in self.fixed]
        charges += [item.charge for item in self.per_replica if self.replicas]
        if self.pod is not None and self.new_pods(self.replicas):
            charges.append(self.pod)
        return [charge for charge in charges if charge.pod is not None]
