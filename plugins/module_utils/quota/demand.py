# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What one workload or object will take, as a function of its replicas."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass

from .amounts import Amount, Amounts, add
from .charge import Charge
from .finding import Finding
from .scopes import Scope


@dataclass(frozen=True)
class Times:
    """So many objects of one charge."""

    charge: Charge
    count: int = 1


@dataclass(frozen=True)
class PerReplica:
    """One object a replica. ``existing``: ordinals, sorted, whose object exists already and is charged: it stays, so it takes nothing."""

    charge: Charge
    existing: tuple[int, ...] = ()

    def count(self, replicas: int) -> int:
        """Objects to be created."""
        return replicas - bisect_left(self.existing, replicas)


@dataclass(frozen=True)
class Surge:
    """maxSurge of a Deployment: a number of pods, or percent of the replicas (rounded up)."""

    pods: int = 0
    percent: int = 25

    def count(self, replicas: int) -> int:
        """Pods beyond the replicas during an update."""
        return self.pods + -(-replicas * self.percent // 100)


@dataclass(frozen=True)
class Rolling:
    """A rolling update under way: ``replicas`` pods of the old template are replaced, for a while there are old and new ones.

    Without ``surge`` as a StatefulSet does it: one pod is deleted, then its successor is created.
    """

    old: Charge
    replicas: int
    surge: Surge | None

    def peak(self, new: Charge, replicas: int, scopes: tuple[Scope, ...]) -> dict[str, Amount]:
        """By key, the most that any moment takes: old and new pods within replicas + surge, the larger ones first."""
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
        """Replicas that are added come first, those that are too many go first."""
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
    """``subject`` is for people: ``Server mlserver``. What it takes with n replicas: fixed + n * per_replica + pods - held.

    ``pod``: the pods of n replicas, apart from the others because an update may run old and new ones side by side (``rolling``).
    ``kept``: live pods that are not made anew; they count what they count, whatever a new one would. ``later``: why new ones would be
    refused, where there will be none now. ``surge``: pods beyond n at any later update. ``held``: what the objects that this replaces count now.
    ``replicas_at_max``: None is without bound. ``findings``: why the API server would refuse it. ``unknown``: why its amounts are
    not known. ``notes``: assumptions worth telling.
    """

    subject: str
    replicas: int = 1
    replicas_at_max: int | None = 1
    fixed: tuple[Times, ...] = ()
    per_replica: tuple[PerReplica, ...] = ()
    pod: Charge | None = None
    rolling: Rolling | None = None
    kept: tuple[Charge, ...] = ()
    surge: Surge = Surge(0, 0)
    held: tuple[Times, ...] = ()
    findings: tuple[Finding, ...] = ()
    later: tuple[Finding, ...] = ()
    unknown: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()

    def taken(self, replicas: int, scopes: tuple[Scope, ...] = (), *, settled: bool = False) -> dict[str, Amount]:
        """By key, without what is held already; ``settled``: once an update is over."""
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
        """By key, what does not depend on replicas: fixed - held."""
        total: dict[str, Amount] = {}
        for item in self.fixed:
            add(total, item.charge.under(scopes), item.count)
        for item in self.held:
            add(total, item.charge.under(scopes), -item.count)
        return total

    def each(self, scopes: tuple[Scope, ...] = ()) -> dict[str, Amount]:
        """By key, what one replica takes of whose nothing exists."""
        total: dict[str, Amount] = {}
        for item in self.per_replica:
            add(total, item.charge.under(scopes))
        if self.pod is not None:
            add(total, self.pod.under(scopes))
        return total

    def existing(self) -> int:
        """How many replicas at most have objects already."""
        return max((len(item.existing) for item in self.per_replica), default=0) + len(self.kept)

    def creates(self, taken: Amounts, scopes: tuple[Scope, ...]) -> set[str]:
        """Keys of which something is created; ``taken`` is what it takes now. Admission compares these, whatever goes elsewhere."""
        created = {key for key, amount in taken.items() if amount > 0}
        if self.pod is not None and self.new_pods(self.replicas):
            created.update(key for key, amount in self.pod.under(scopes).items() if amount)
        return created

    def new_pods(self, replicas: int) -> int:
        """Pods that are created for so many replicas."""
        return max(replicas - len(self.kept), 0)

    def scales(self) -> bool:
        """Whether it depends on replicas at all."""
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
