# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What a tenant gets besides what its models need: monitoring, and a README. Both are made from the plan."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from ..kube.discovery import Discovery
from ..kube.objects import name_of, spec_of
from ..kube.types import KubeObject
from ..monitoring.objects import PLATFORM_CONFIG_MAPS as DASHBOARDS
from ..monitoring.objects import Monitoring, tenant_monitoring
from .options.tenant_options import TenantOptions
from .readme.render import PLATFORM_CONFIG_MAPS as READMES
from .readme.render import readme_config_map
from .render import TenantPlan

GENERATED = {**DASHBOARDS, **READMES}
"""(``Kind.group``, name) of the ConfigMaps that people read, with the reason why one of a team's manifests is left."""


def supplemented(
    options: TenantOptions, plan: TenantPlan, team: Sequence[KubeObject], discovery: Discovery
) -> tuple[TenantPlan, Monitoring]:
    """The plan with what comes on top. ``team`` are the team's objects that are applied."""
    # A Model without replicas is not meant to be loaded.
    models = [name_of(model) for model in plan.workloads.models if spec_of(model).get("replicas") != 0]
    monitoring = tenant_monitoring(options.name, models, options.monitoring, discovery)
    objects = list(monitoring.served)
    if options.readme.enabled:
        objects.append(readme_config_map(options, plan, team))
    return replace(
        plan, platform_objects=(*plan.platform_objects, *objects), warnings=(*plan.warnings, *monitoring.notes)
    ), monitoring
