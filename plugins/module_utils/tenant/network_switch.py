# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Closing and opening a running tenant without losing what it needs on the way.

The first policy that selects a pod restricts it, before those come that allow the rest. So while the others are written or removed,
one more allows everything.
"""

from __future__ import annotations

from collections.abc import Iterable

from ..kube.objects import name_of
from ..kube.types import KubeObject
from .network_peers import DEFAULT_DENY, allow_all


def needs_opening(tenant_exists: bool, wanted: Iterable[KubeObject], live: Iterable[KubeObject]) -> bool:
    """Whether the tenant is about to be closed or opened; ``wanted`` and ``live`` are network policies."""
    return tenant_exists and (DEFAULT_DENY in map(name_of, wanted)) is not (DEFAULT_DENY in map(name_of, live))


def opening(tenant: str) -> KubeObject:
    """Allows everything, for the moment of the change."""
    return allow_all(tenant, "tenant-opening")
