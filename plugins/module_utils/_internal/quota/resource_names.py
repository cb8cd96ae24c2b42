# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Classifies compute resources by their names (kubernetes pkg/apis/core/helper)."""

from __future__ import annotations

import re

_HUGE_PAGES = re.compile(r"hugepages-[0-9]+(\.[0-9]+)?[KMGTPE]i", re.ASCII)
_EXTENDED = re.compile(r"[a-z0-9]([-a-z0-9.]*[a-z0-9])?/[A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?", re.ASCII)
_LONGEST = 320


def is_huge_pages(resource: str) -> bool:
    """Whether it is a name such as ``hugepages-2Mi``."""
    return (
        resource.startswith("hugepages-") and len(resource) <= _LONGEST and _HUGE_PAGES.fullmatch(resource) is not None
    )


def is_extended(resource: str) -> bool:
    """Whether it is a resource of a device plugin, such as ``nvidia.com/gpu``: with a prefix that is not Kubernetes' own."""
    if (
        "/" not in resource
        or len(resource) > _LONGEST
        or "kubernetes.io/" in resource
        or resource.startswith("requests.")
    ):
        return False
    return _EXTENDED.fullmatch(resource) is not None
