# SPDX-License-Identifier: GPL-3.0-or-later
"""Operators of the tenants: TA9xx."""

from __future__ import annotations

from ..cluster import OWN, PLATFORM, Cluster, account
from .table import fault


@fault("TA901", "an operator without pods")
def _(c: Cluster) -> None:
    c.get("deployments", f"seldon-v2-controller-manager-{OWN}", PLATFORM)["status"]["readyReplicas"] = 0


@fault("TA902", "an operator that may do too much", "TA116")
def _(c: Cluster) -> None:
    c.role("all-secrets", ("", "secrets", "get list"), namespace="")
    c.bind(
        "all-secrets",
        "all-secrets",
        account(f"seldon-v2-controller-manager-{OWN}", PLATFORM),
        namespace="",
        kind="ClusterRole",
    )
