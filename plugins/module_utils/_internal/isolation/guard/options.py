# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The platform team's options of the guard."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class GuardOptions:
    """``registries``: the only ones that images may come from, such as ``registry.example:5000`` or
    ``docker.io/seldonio``; empty: all.

    ``service_accounts`` and ``priority_classes``: the only ones beside the usual, empty: all but the platform's own.
    ``schedulers`` and ``runtime_classes`` are allowed beside the cluster's default. ``rules`` switches single rules on
    or off by their identifier. ``exempt_users`` and ``exempt_groups`` are not judged by the API server, and neither is
    what the platform offers.
    """

    registries: tuple[str, ...] = ()
    service_accounts: tuple[str, ...] = ()
    schedulers: tuple[str, ...] = ()
    priority_classes: tuple[str, ...] = ()
    runtime_classes: tuple[str, ...] = ("nvidia",)
    rules: Mapping[str, bool] = field(default_factory=dict)
    exempt_users: tuple[str, ...] = ()
    exempt_groups: tuple[str, ...] = ()
