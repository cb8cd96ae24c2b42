# SPDX-License-Identifier: GPL-3.0-or-later
"""Faults to put into the clean demo, each with the rule that has to find it."""

from __future__ import annotations

from . import dependencies, guard_rails, network, operators, orphans, permissions, pod_security, quotas, reports
from .table import FAULTS, Fault

__all__ = [
    "FAULTS",
    "Fault",
    "dependencies",
    "guard_rails",
    "network",
    "operators",
    "orphans",
    "permissions",
    "pod_security",
    "quotas",
    "reports",
]
