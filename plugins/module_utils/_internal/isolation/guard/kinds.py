# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The kinds in a tenant's namespace that the guard looks at, and where they hold what reaches pods."""

from __future__ import annotations

from dataclasses import dataclass

from ...kube.resource import Resource
from ...kube.resources import (
    CRON_JOB,
    DEPLOYMENT,
    JOB,
    MODEL,
    SELDON_CONFIG,
    SELDON_RUNTIME,
    SERVER,
    SERVER_CONFIG,
    SERVICE,
    STATEFUL_SET,
)


@dataclass(frozen=True)
class GuardedKind:
    """Paths are written as ``spec.overrides[].podSpec``; empty where the kind has nothing of the sort.

    ``pod``: pod specs. ``metadata``: what holds labels and annotations that become the pods'. ``claims``:
    volumeClaimTemplates. ``judged``: the parts that rules look at. An update that leaves them alone is not judged
    again.
    """

    resource: Resource
    judged: tuple[str, ...]
    pod: str = ""
    metadata: tuple[str, ...] = ()
    claims: str = ""

    @property
    def name(self) -> str:
        """The kind."""
        return self.resource.kind


_LABELLED = ("metadata.labels", "metadata.annotations")

KINDS = (
    GuardedKind(SERVER, ("spec.podSpec", *_LABELLED), "spec.podSpec", ("metadata",)),
    GuardedKind(SERVER_CONFIG, ("spec", *_LABELLED), "spec.podSpec", ("metadata",), "spec.volumeClaimTemplates[]"),
    GuardedKind(MODEL, ("spec.storageUri",)),
    GuardedKind(SELDON_RUNTIME, ("spec.overrides", *_LABELLED), "spec.overrides[].podSpec", ("metadata",)),
    GuardedKind(
        SELDON_CONFIG,
        ("spec.components", *_LABELLED),
        "spec.components[].podSpec",
        ("metadata", "spec.components[]"),
        "spec.components[].volumeClaimTemplates[]",
    ),
    GuardedKind(SERVICE, ("spec",)),
    GuardedKind(DEPLOYMENT, ("spec.template",), "spec.template.spec", ("spec.template.metadata",)),
    GuardedKind(
        STATEFUL_SET,
        ("spec.template", "spec.volumeClaimTemplates"),
        "spec.template.spec",
        ("spec.template.metadata",),
        "spec.volumeClaimTemplates[]",
    ),
    GuardedKind(JOB, ("spec.template",), "spec.template.spec", ("spec.template.metadata",)),
    GuardedKind(
        CRON_JOB,
        ("spec.jobTemplate",),
        "spec.jobTemplate.spec.template.spec",
        ("spec.jobTemplate.spec.template.metadata",),
    ),
)

SELDON = frozenset(("Server", "ServerConfig", "SeldonRuntime", "SeldonConfig"))
TEAMS_OWN = frozenset(("Server", "ServerConfig"))
WORKLOADS = frozenset(("Deployment", "StatefulSet", "Job", "CronJob"))
WITH_PODS = SELDON | WORKLOADS
OWN_POD_SPEC = frozenset(("Server", "SeldonRuntime"))
"""Their CRDs have a podSpec of their own, without ephemeralContainers and the deprecated serviceAccount."""
