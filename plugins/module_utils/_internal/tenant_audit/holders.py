# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Who holds the three most important powers over each tenant: to read its Secrets, to change its guard-rails, to act
as others.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from ..operators.rbac import CLUSTER
from .access import Question
from .powers import Power, powers
from .subjects import Relation, relation, words
from .world import World

ASKED = (Power.SECRETS, Power.GUARD_RAILS, Power.ACT_AS)


@dataclass(frozen=True)
class Holder:
    """``tenant`` is empty for a power over all of them. ``question`` is one request that ``subject`` (``User x``,
    ``Group y``) may make.
    """

    tenant: str
    power: Power
    subject: str
    binding: str
    relation: Relation
    question: Question

    @property
    def title(self) -> str:
        return words(self.subject)


def holders(world: World) -> list[Holder]:
    """By tenant, power and subject. Of superusers, whom no binding names, there is no entry."""
    return sorted(
        _holders(world),
        key=lambda holder: (holder.tenant, list(Power).index(holder.power), holder.subject, holder.binding),
    )


def _holders(world: World) -> Iterator[Holder]:
    tenants = {tenant.name for tenant in world.tenants}
    for subject, granted in world.access.grants.by_subject.items():
        for grant in granted:
            if grant.namespace != CLUSTER and grant.namespace not in tenants:
                continue
            for power, question in powers(grant.rules).items():
                if power in ASKED:
                    name = grant.namespace if question.resource == "namespaces" and not question.name else question.name
                    asked = replace(question, namespace=grant.namespace, name=name)
                    yield Holder(
                        grant.namespace, power, subject, grant.binding, relation(world, grant.namespace, subject), asked
                    )
