# SPDX-License-Identifier: GPL-3.0-or-later
"""Quota use: TA7xx."""

from __future__ import annotations

from ..cluster import Cluster
from .table import FAULTS, Fault, fault


def used(rule: str, what: str, key: str, value: str) -> None:
    FAULTS.append(
        Fault(rule, what, lambda c: c.get("resourcequotas", "tenant-quota")["status"]["used"].update({key: value}))
    )


used("TA701", "more than allowed", "requests.cpu", "21")
used("TA702", "nearly everything", "requests.memory", "39Gi")


@fault("TA703", "a key that nobody counts")
def _(c: Cluster) -> None:
    c.get("resourcequotas", "tenant-quota")["spec"]["hard"]["nvidia.com/gpu"] = "0"
    c.get("resourcequotas", "tenant-quota")["status"]["hard"]["nvidia.com/gpu"] = "0"


@fault("TA704", "a status about another spec")
def _(c: Cluster) -> None:
    c.get("resourcequotas", "tenant-quota")["status"] = {}


@fault("TA705", "no limit of CPU")
def _(c: Cluster) -> None:
    quota = c.get("resourcequotas", "tenant-quota")
    for key in ("requests.cpu", "limits.cpu"):
        for fields in (quota["spec"]["hard"], quota["status"]["hard"], quota["status"]["used"]):
            fields.pop(key)
