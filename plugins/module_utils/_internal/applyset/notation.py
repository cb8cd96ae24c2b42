# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Whether a field that others hold has the wanted value in another notation, by a dry run of the whole intent.

The API server stores ``1024Mi`` as ``1Gi`` and adds defaults inside of lists. An object that others applied from the very
same manifest is therefore not equal to it as text.
"""

from __future__ import annotations

from concurrent.futures import Executor
from dataclasses import replace

from ..kube.client import KubeClient
from ..kube.errors import KubeError
from .compare import Settled, is_settled, settle
from .held import NOTATION, HeldField
from .plan import Plan
from .step import Step


def with_notation(client: KubeClient, plan: Plan, manager: str, executor: Executor) -> Plan:
    """The plan, with the held fields that have the wanted value in the notation of the API server marked so. Sends one
    dry-run request per object that differs. A refused one proves nothing: the object still differs.
    """

    def judged(step: Step) -> Step:
        if not step.differing or step.wanted is None:
            return step
        try:
            stored = client.apply(step.resource, step.wanted, field_manager=manager, force=True, dry_run=True)
        except KubeError:
            return step
        return marked(step, settle(step.wanted, stored, manager))

    return replace(plan, steps=tuple(executor.map(judged, plan.steps)))


def marked(step: Step, notation: Settled) -> Step:
    """The step, its held fields compared with what the server makes of the intent."""
    return replace(step, held=tuple(_marked(entry, notation) for entry in step.held))


def _marked(entry: HeldField, notation: Settled) -> HeldField:
    return replace(entry, allowed_by=NOTATION) if not entry.allowed_by and is_settled(entry.change, notation) else entry
