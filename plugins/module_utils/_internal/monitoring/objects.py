# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""All monitoring objects of a tenant, and which of them a cluster can take."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from ..diagnosis.diagnostic import Diagnostic
from ..diagnosis.subject import Subject
from ..kube.discovery import Discovery
from ..kube.pyyaml import yaml
from ..kube.resources import CONFIG_MAP
from ..kube.types import KubeObject
from .alertmanager_config import alertmanager_config
from .dashboard import NAME as DASHBOARD
from .dashboard import dashboard_config_map
from .monitors import GROUP, monitors
from .options import MonitoringOptions
from .prometheus_rule import prometheus_rule

DASHBOARD_REASON = "the platform makes it, from tenant_namespace_monitoring"
PLATFORM_CONFIG_MAPS = {(CONFIG_MAP.group_kind, DASHBOARD): DASHBOARD_REASON}
"""(``Kind.group``, name) of what a team's folder could hold too, with the reason why it is left."""


@dataclass(frozen=True)
class Monitoring:
    """``objects``: all of them; ``served``: those whose kinds the cluster has; ``notes`` say what is not applied for
    want of a kind.
    """

    objects: tuple[KubeObject, ...] = ()
    served: tuple[KubeObject, ...] = ()
    notes: tuple[Diagnostic, ...] = ()


def tenant_monitoring(
    tenant: str, models: Iterable[str], options: MonitoringOptions, discovery: Discovery
) -> Monitoring:
    """``models``: the names of those that are meant to be served. Nothing at all where it is turned off."""
    if not options.enabled:
        return Monitoring()
    objects = monitoring_objects(tenant, models, options)
    served = tuple(obj for obj in objects if discovery.find(obj["apiVersion"], obj["kind"]))
    missing = [obj["kind"] for obj in objects if obj not in served]
    return Monitoring(tuple(objects), served, tuple(_note(list(dict.fromkeys(missing)))))


def monitoring_objects(tenant: str, models: Iterable[str], options: MonitoringOptions) -> list[KubeObject]:
    """The same for the same options and models, in the same order."""
    return [
        *monitors(tenant, options),
        prometheus_rule(tenant, models, options),
        *alertmanager_config(tenant, options),
        dashboard_config_map(tenant, options),
    ]


def as_yaml(objects: Sequence[KubeObject]) -> str:
    """One document an object, for ``kubectl apply -f``."""
    documents = [yaml.safe_dump(obj, sort_keys=False, allow_unicode=True, width=120) for obj in objects]
    return "---\n" + "---\n".join(documents)


def _note(kinds: Sequence[str]) -> list[Diagnostic]:
    if not kinds:
        return []
    message = f"the cluster does not serve {', '.join(kinds)} ({GROUP}), so these are not applied"
    step = "install the Prometheus Operator (the chart kube-prometheus-stack, say) and run again, or set tenant_namespace_monitoring: {enabled: false}"
    return [Diagnostic(Subject(name="monitoring"), message, "tenant_namespace_monitoring", next_steps=(step,))]
