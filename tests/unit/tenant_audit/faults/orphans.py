# SPDX-License-Identifier: GPL-3.0-or-later
"""Objects without an owner or use: TA5xx."""

from __future__ import annotations

from ..cluster import OWN, PLATFORM, Cluster, account, group
from .table import fault


@fault("TA501", "the namespace is gone", "TA502", "TA901", "TA902")
def _(c: Cluster) -> None:
    c.remove_namespace(OWN)


@fault("TA502", "an operator of a tenant that is gone")
def _(c: Cluster) -> None:
    c.add(
        "serviceaccounts",
        "seldon-v2-controller-manager-gone",
        PLATFORM,
        metadata={"labels": {"ml-platform.seldon/tenant": "gone"}},
    )


@fault("TA503", "the operator is gone", "TA901")
def _(c: Cluster) -> None:
    c.remove("deployments", f"seldon-v2-controller-manager-{OWN}", PLATFORM)


@fault("TA504", "a claim that is left")
def _(c: Cluster) -> None:
    c.add("persistentvolumeclaims", "mlserver-models-old-0", spec={})


@fault("TA509", "a volume of a deleted claim")
def _(c: Cluster) -> None:
    c.add(
        "persistentvolumes",
        "pv-1",
        "",
        spec={"claimRef": {"namespace": OWN, "name": "mlserver-models-old-0"}},
        status={"phase": "Released"},
    )


@fault("TA509", "a volume of a namespace that is gone")
def _(c: Cluster) -> None:
    c.add(
        "persistentvolumes",
        "pv-2",
        "",
        spec={"claimRef": {"namespace": "gone", "name": "data"}},
        status={"phase": "Failed"},
    )


@fault("TA505", "a binding to nothing", "TA406")
def _(c: Cluster) -> None:
    c.bind("own", "absent", group("fraud-detection-leads"))


@fault("TA506", "a binding of nobody", "TA406")
def _(c: Cluster) -> None:
    c.bind("own", "tenant-viewer", account("absent"))


@fault("TA508", "an account without permissions")
def _(c: Cluster) -> None:
    c.add("serviceaccounts", "own")
