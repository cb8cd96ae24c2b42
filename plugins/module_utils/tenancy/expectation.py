# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The platform as an earlier task of the same run is going to leave it, so that a tenant can be checked before that."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from ..tenant.central import central_watches
from ..tenant.objects import by_name
from ..tenant.snapshot import PlatformSnapshot, predicted_platform


@dataclass(frozen=True)
class Expectation:
    """What that task installs: the operator's image, and the names of all ServerConfigs of the platform."""

    image: str
    server_configs: Sequence[str]


def as_expected(platform: PlatformSnapshot, tenant: str, expected: Expectation) -> PlatformSnapshot:
    """``platform`` with what is still to come. A central operator that watches the tenant is going to be scoped."""
    to_come = predicted_platform(platform.namespace, expected.image, expected.server_configs)
    if platform.central is None:
        return to_come
    present = by_name(platform.server_configs)
    more = [config for name, config in by_name(to_come.server_configs).items() if name not in present]
    complete = replace(platform, server_configs=(*platform.server_configs, *more))
    if central_watches(platform.central, tenant):
        return replace(complete, central=to_come.central, predicted=True)
    return complete
