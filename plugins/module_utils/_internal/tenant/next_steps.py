# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Next steps that several messages name."""

from __future__ import annotations

from ..diagnosis.next_step import NextStep
from .snapshot import PlatformSnapshot

INSTALL_PLATFORM = "install the platform first: ansible-playbook playbooks/seldon_deploy.yml"


def missing_platform(platform: PlatformSnapshot) -> tuple[NextStep, ...]:
    """For a platform namespace without a platform. A platform of the same run in another namespace is not installed again."""
    variable = "tenant_namespace_platform_namespace"
    if platform.elsewhere:
        namespaces = " or ".join(platform.elsewhere)
        return (
            f"the platform of this run is in namespace {namespaces}, and {variable} is {platform.namespace}",
            f"set {variable} to {namespaces}, or set seldon_core_namespace for the tenants too, for example in the group all",
        )
    return (INSTALL_PLATFORM, f"if it is in another namespace, set {variable} or seldon_core_namespace for this host")
