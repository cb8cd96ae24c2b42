# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Strategy ``dedicated``: an operator for each tenant, which looks for ServerConfigs in the tenant's namespace."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ...diagnosis.diagnostic import Diagnostic
from ...diagnosis.subject import Subject
from ...kube.types import KubeObject
from ...operators.central import central_version, check_central, uses_deployments
from ...ownership.labels import operator_selector
from ...resolved_tenant.resolved_tenant import ResolvedTenant
from ...seldon.image import Version
from ...seldon.operator_names import MANAGER_DEPLOYMENT
from ...seldon.release import NEWEST
from ..configs.offered import offered_configs
from ..next_steps import missing_platform
from ..operator.dedicated_operator import dedicated_operator, small_memory
from ..options.tenant_options import TenantOptions
from ..snapshot import PlatformSnapshot


class Dedicated:
    """The tenant's operator is derived from the central one, which must not watch the tenant."""

    name = "dedicated"

    def release(self, platform: PlatformSnapshot) -> Version:
        """That of the central operator, as far as its image tells."""
        return (central_version(platform.central) if platform.central else None) or NEWEST

    def deployments(self, platform: PlatformSnapshot) -> bool:
        """The flag is taken over from the central operator."""
        return platform.central is not None and uses_deployments(platform.central)

    def check_platform(self, options: TenantOptions, platform: PlatformSnapshot) -> list[Diagnostic]:
        """There must be a central operator to derive the tenant's from."""
        if platform.central is None:
            subject = Subject("Deployment", MANAGER_DEPLOYMENT, platform.namespace)
            message = "does not exist: there is no operator to derive the tenant's from"
            return [Diagnostic(subject, message, next_steps=missing_platform(platform))]
        return check_central(platform.central, options.name)

    def offered(
        self, tenant: ResolvedTenant, platform: PlatformSnapshot, own_seldon_configs: Sequence[KubeObject]
    ) -> list[KubeObject]:
        """Copies of the platform's configs in the tenant's namespace."""
        return offered_configs(tenant, platform, own_seldon_configs)

    def operator(self, options: TenantOptions, platform: PlatformSnapshot) -> list[KubeObject]:
        """Nothing without a central operator."""
        if platform.central is None:
            return []
        return dedicated_operator(
            platform.central, options.name, platform.namespace, platform.manager_rules, options.operator
        )

    def operator_pods(self, options: TenantOptions) -> tuple[str, Mapping[str, str]]:
        """In the platform namespace, by the tenant's label."""
        return options.platform_namespace, operator_selector(options.name)

    def warnings(self, options: TenantOptions, platform: PlatformSnapshot) -> list[Diagnostic]:
        """A memory limit that the operator does not fit in."""
        return small_memory(platform.central, options.operator) if platform.central is not None else []
