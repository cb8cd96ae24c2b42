# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What a tenant's result says besides the set's own: never the content of an object."""

from __future__ import annotations

from typing import Any

from ..capacity.data import as_data
from ..capacity.text import notes_of
from ..kube.known import EXPERIMENT, MODEL, PIPELINE
from ..manifests.team_rules import Ruling
from ..tenant.options import TenantOptions
from ..tenant.problem import Problem
from ..tenant.server_config import Resolution, Source
from .plan import PlannedTenant


def result_of(options: TenantOptions, planned: PlannedTenant) -> dict[str, Any]:
    """The Servers with their ServerConfigs, the names of what they serve, what was left, and notes."""
    return {
        "namespace": options.name,
        "servers": [_server(options, resolution) for resolution in planned.plan.resolutions],
        "models": _names(planned, MODEL.kind),
        "experiments": _names(planned, EXPERIMENT.kind),
        "pipelines": _names(planned, PIPELINE.kind),
        "left": [_left(planned, ruling) for ruling in planned.left],
        "notes": [*planned.tolerated, *(problem.text() for problem in _noted(planned)), *notes_of(planned.assessment)],
        "capacity": as_data(planned.assessment),
        "predicted": bool(planned.expected.objects),
    }


def _left(planned: PlannedTenant, ruling: Ruling) -> str:
    """The reason in the first line, what the object would have done indented below."""
    return "\n".join(
        [str(ruling.problem()), *(f"  {line}" for line in planned.explained.get(ruling.manifest.index, ()))]
    )


def _noted(planned: PlannedTenant) -> list[Problem]:
    return [*planned.plan.warnings, *(note for resolution in planned.plan.resolutions for note in resolution.notes)]


def _server(options: TenantOptions, resolution: Resolution) -> dict[str, Any]:
    namespaces = {Source.OWN: options.name, Source.PLATFORM: options.platform_namespace}
    return {
        "name": resolution.server,
        "server_config": resolution.server_config,
        "namespace": namespaces.get(resolution.source, ""),
        "source": resolution.source.value,
        "hides_platform": resolution.hides_platform,
    }


def _names(planned: PlannedTenant, kind: str) -> list[str]:
    return [manifest.name for manifest in planned.team if manifest.kind == kind]
