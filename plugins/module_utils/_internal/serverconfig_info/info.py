# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Resolves the Servers that are asked about, with a cluster or without one."""

from __future__ import annotations

from typing import Any

from ..seldon.charts import PLATFORM_NAMESPACE
from ..serverconfig.policy import Policy
from ..serverconfig.resolve import resolve
from .answer import answer
from .gate import gate
from .overlay import overlaid, without_cluster
from .question import Question
from .read import Lister, read
from .readings import Readings, snapshot_of


def serverconfig_info(client: Lister | None, question: Question) -> dict[str, Any]:
    """Without a client the files alone tell. Raises KubeError where the cluster does not answer."""
    readings = (
        _of_files(question) if client is None else read(client, question.namespaces, question.platform, question.shared)
    )
    lists = readings.lists if client is None else overlaid(readings.lists, question.objects)
    policy = Policy(
        readings.platform,
        question.shared,
        question.fallback,
        admin=question.admin,
        planned=question.planned,
    )
    report = resolve(snapshot_of(readings, lists, runtime_comes=question.planned), policy, question.namespaces or None)
    found = answer(report, policy, lists, readings.refused, question.namespaces, question.places)
    return found.data | gate(found, question.fail_on)


def _of_files(question: Question) -> Readings:
    """Readings without a cluster: the operator of a namespace is known only if it is planned, as it gets its own."""
    platform = question.platform or PLATFORM_NAMESPACE
    lists = without_cluster(question.objects, (platform, *question.shared))
    return Readings(lists, () if question.planned else None, platform, live=False)
