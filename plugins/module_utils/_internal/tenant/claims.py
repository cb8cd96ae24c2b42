# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""How the platform's objects of a tenant treat fields and objects of other field managers.

Two of them can be there before the tenant is: its namespace, and the ServiceAccount that Kubernetes puts into every
namespace. Objects that are only for people to read keep what somebody else changed in them.
"""

from __future__ import annotations

from ..applyset.step import Conflicts
from ..kube.objects import name_of, of
from ..kube.resources import CONFIG_MAP, NAMESPACE, SERVICE_ACCOUNT
from ..kube.types import KubeObject
from ..ownership.labels import FIELD_MANAGER
from ..ownership.owners import owned_by
from .access.team_rbac import DEFAULT_ACCOUNT
from .options.tenant_options import TenantOptions
from .supplements import GENERATED


def conflicts_of(obj: KubeObject, options: TenantOptions, namespace: KubeObject | None, take_over: bool) -> Conflicts:
    """``namespace`` is the live one; ``take_over`` is what the options say about all objects.

    A namespace is adopted once, by the run that makes it the tenant's. From then on its fields are like those of any
    other object of the platform.
    """
    if of(SERVICE_ACCOUNT, [obj]) and name_of(obj) == DEFAULT_ACCOUNT and obj["metadata"]["namespace"] == options.name:
        # Somebody may have set what pulls images. Taking the object over would remove that.
        return Conflicts.JOIN
    if take_over or (of(NAMESPACE, [obj]) and _adopts(options, namespace)):
        return Conflicts.TAKE_OVER
    if of(CONFIG_MAP, [obj]) and (CONFIG_MAP.group_kind, name_of(obj)) in GENERATED:
        return Conflicts.LEAVE
    return Conflicts.FAIL


def _adopts(options: TenantOptions, namespace: KubeObject | None) -> bool:
    return options.adopt and namespace is not None and not owned_by(namespace, FIELD_MANAGER)
