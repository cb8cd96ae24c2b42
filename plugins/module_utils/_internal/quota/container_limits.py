# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A LimitRange of type Container."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class ContainerLimits:
    """A LimitRange of type Container: quantities by resource name."""

    # Seldon's containers have no CPU limit, and a quota with limits.cpu refuses such pods, so a default is necessary.
    default: Mapping[str, str] = field(default_factory=lambda: {"cpu": "1", "memory": "1Gi"})
    default_request: Mapping[str, str] = field(default_factory=lambda: {"cpu": "100m", "memory": "128Mi"})
    min: Mapping[str, str] = field(default_factory=dict)
    max: Mapping[str, str] = field(default_factory=dict)
