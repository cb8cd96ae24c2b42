# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Checks every name that a tenant's objects give of others against what will exist after the run."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from concurrent.futures import Executor

from ...applyset.inventory import applyset_id
from ...kube.client import KubeClient
from ...kube.types import KubeObject
from ...manifests.manifest import Manifest
from ..options.tenant_options import TenantOptions
from ..pods.owners import PodOwner
from ..render import TenantPlan
from .accepted import ineffective, refused
from .existing import COMPLETE, Existing, planned_names
from .given import all_names
from .missing import Missing, missing, wanted_kinds
from .read import read_existing


def check_references(
    client: KubeClient,
    options: TenantOptions,
    plan: TenantPlan,
    owners: Iterable[PodOwner],
    team: Sequence[KubeObject],
    manifests: Iterable[Manifest],
    executor: Executor,
) -> Missing:
    """``team``: the team's objects that are applied; ``manifests``: all of them, so that a refused object does not count as
    missing too. Reads only kinds that references lead to and that the run does not bring.
    """
    given = all_names(plan.resolved, options.runtime, owners, team)
    planned = planned_names(plan, manifests)
    wanted = wanted_kinds(given, Existing(planned), COMPLETE)
    set_id = applyset_id(options.name, options.platform_namespace)
    existing = read_existing(client, options.name, set_id, planned, wanted, executor)
    absent = missing(given, existing, options.name)
    return Missing(
        (*refused(team, plan.resolved, plan.workloads), *absent.errors),
        (*ineffective(team, plan.resolved, plan.workloads), *absent.warnings),
    )
