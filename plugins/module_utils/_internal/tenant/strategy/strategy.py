# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What a scoping strategy decides about one tenant: how a Server gets the ServerConfig of its own namespace."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

from ...diagnosis.diagnostic import Diagnostic
from ...kube.types import KubeObject
from ...resolved_tenant.resolved_tenant import ResolvedTenant
from ...seldon.image import Version
from ..options.tenant_options import TenantOptions
from ..snapshot import PlatformSnapshot


class Strategy(Protocol):
    """One of ``seldon_core_scoping``. Every method is pure; ``platform`` is the platform namespace as it will be."""

    name: str

    def release(self, platform: PlatformSnapshot) -> Version:
        """The release of the operator that will work for the tenant; the newest where that is unknown."""

    def deployments(self, platform: PlatformSnapshot) -> bool:
        """Whether that operator runs Servers as Deployments instead of StatefulSets."""

    def check_platform(self, options: TenantOptions, platform: PlatformSnapshot) -> list[Diagnostic]:
        """Requirements of the strategy that the platform does not meet."""

    def offered(
        self, tenant: ResolvedTenant, platform: PlatformSnapshot, own_seldon_configs: Sequence[KubeObject]
    ) -> list[KubeObject]:
        """Configs that make a Server's reference lead to what it is resolved to."""

    def operator(self, options: TenantOptions, platform: PlatformSnapshot) -> list[KubeObject]:
        """The operator of the tenant, permissions before the process that needs them."""

    def operator_pods(self, options: TenantOptions) -> tuple[str, Mapping[str, str]]:
        """Namespace and labels of the pods of the operator that works for the tenant: network policies let them in."""

    def warnings(self, options: TenantOptions, platform: PlatformSnapshot) -> list[Diagnostic]:
        """Findings that do not stop the run."""
