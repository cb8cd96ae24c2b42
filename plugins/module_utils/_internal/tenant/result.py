# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What a tenant's result says besides the set's own: never the content of an object."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from ..diagnosis.diagnostic import Diagnostic
from ..diagnosis.render import as_line, as_text
from ..kube.resources import EXPERIMENT, MODEL, PIPELINE
from ..manifests.team_rules import Ruling
from ..quota_check.data import as_data
from ..quota_check.text import notes_of
from ..resolved_tenant.reference import Reference, Source
from .options.tenant_options import TenantOptions
from .plan import PlannedTenant


def result_of(options: TenantOptions, planned: PlannedTenant) -> dict[str, Any]:
    """The Servers with their ServerConfigs, the names of what they serve, what was left, and notes."""
    return {
        "namespace": options.name,
        "servers": [_server(options, reference) for reference in planned.plan.resolved.references],
        "models": _names(planned, MODEL.kind),
        "experiments": _names(planned, EXPERIMENT.kind),
        "pipelines": _names(planned, PIPELINE.kind),
        "left": [_left(planned, ruling) for ruling in planned.left],
        "notes": tenant_notes(planned),
        "capacity": as_data(planned.assessment),
        "predicted": bool(planned.expected.objects),
    }


def _left(planned: PlannedTenant, ruling: Ruling) -> str:
    """The reason in the first line, what the object would have done indented below."""
    return "\n".join(
        [as_line(ruling.diagnostic), *(f"  {line}" for line in planned.explained.get(ruling.manifest.index, ()))]
    )


def tenant_notes(planned: PlannedTenant, told: Collection[Diagnostic] = ()) -> list[str]:
    """Notes that do not stop the run, without warnings that are in ``told`` already."""
    references = planned.plan.resolved.references
    return [
        *planned.tolerated,
        *(as_text(warning) for warning in planned.plan.warnings if warning not in told),
        *(as_text(note, with_field=True) for reference in references for note in reference.notes),
        *notes_of(planned.assessment),
    ]


def _server(options: TenantOptions, reference: Reference) -> dict[str, Any]:
    namespaces = {Source.OWN: options.name, Source.PLATFORM: options.platform_namespace}
    return {
        "name": reference.server,
        "server_config": reference.server_config,
        "namespace": namespaces.get(reference.source, ""),
        "source": reference.source.value,
        "hides_platform": reference.hides_platform,
    }


def _names(planned: PlannedTenant, kind: str) -> list[str]:
    return [manifest.name for manifest in planned.team if manifest.kind == kind]
