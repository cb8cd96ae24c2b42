# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Configs that the platform offered and that the team has changed: they become the team's own."""

from __future__ import annotations

from collections.abc import Sequence

from ...applyset.hand_over import leftovers
from ...diagnosis.diagnostic import Diagnostic
from ...diagnosis.subject import Subject
from ...kube.objects import identity, name_of
from ...kube.types import KubeObject
from ...ownership.owners import foreign_managers, taken_over
from ..snapshot import TenantSnapshot

MOST = 6
"""Fields that a note names."""


def handed_over(team: Sequence[KubeObject], live: TenantSnapshot, field_manager: str, tenant: str) -> list[Diagnostic]:
    """A note on each config of ours that somebody else has changed since, and that no manifest holds."""
    brought = {identity(obj) for obj in team}
    return [
        _note(config, field_manager, tenant)
        for config in (*live.seldon_configs, *live.server_configs)
        if taken_over(config, field_manager) and identity(config) not in brought
    ]


def _note(config: KubeObject, field_manager: str, tenant: str) -> Diagnostic:
    managers = ", ".join(f'"{name}"' for name in foreign_managers(config, field_manager))
    message = f"was offered by the platform and was changed by {managers}: the team owns it now, and the platform no longer updates it"
    mixed_in = leftovers(config, field_manager)
    steps = [
        f"to restore the platform's version: kubectl delete {config['kind'].lower()} {name_of(config)} -n {tenant}, and run again"
    ]
    if mixed_in:
        shown = ", ".join(mixed_in[:MOST]) + (f" and {len(mixed_in) - MOST} more" if len(mixed_in) > MOST else "")
        steps.insert(
            0,
            f"it still has fields of the platform: {shown}. To keep only the fields of your file: kubectl replace -f FILE",
        )
    return Diagnostic(Subject(config["kind"], name_of(config)), message, "spec", next_steps=tuple(steps))
