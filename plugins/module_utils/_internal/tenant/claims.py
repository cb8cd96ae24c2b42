# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Which of the platform's objects may be taken over from the field manager that created them.

Two of them can be there before the tenant is: its namespace, and the ServiceAccount that Kubernetes puts into every
namespace. Objects that are only for people to read stay as somebody else
changed them.
"""

from __future__ import annotations

from ..applyset.step import Conflicts
from ..kube.objects import name_of, of
from ..kube.resources import CONFIG_MAP, NAMESPACE, SERVICE_ACCOUNT
from ..kube.types import KubeObject
from ..ownership.labels import FIELD_MANAGER
from ..ownership.managed_fields import foreign_managers_of_intent
from ..ownership.owners import owned_by
from .access.team_rbac import DEFAULT_ACCOUNT
from .options.tenant_options import TenantOptions
from .supplements import GENERATED


def conflicts_of(
    obj: KubeObject, options: TenantOptions, default_account: KubeObject | None, take_over: bool
) -> Conflicts:
    """``default_account`` is the live ServiceAccount; ``take_over`` is what the options say about all objects."""
    if of(SERVICE_ACCOUNT, [obj]) and name_of(obj) == DEFAULT_ACCOUNT and obj["metadata"]["namespace"] == options.name:
        return _of_default_account(default_account)
    if take_over or (options.adopt and of(NAMESPACE, [obj])):
        return Conflicts.TAKE_OVER
    if of(CONFIG_MAP, [obj]) and (CONFIG_MAP.group_kind, name_of(obj)) in GENERATED:
        return Conflicts.LEAVE
    return Conflicts.FAIL


def _of_default_account(live: KubeObject | None) -> Conflicts:
    """Kubernetes' own is free to be had. One that somebody set up may name what pulls images: taking it over would
    remove that.
    """
    if live is None or owned_by(live, FIELD_MANAGER):
        return Conflicts.FAIL
    return Conflicts.LEAVE if foreign_managers_of_intent(live, FIELD_MANAGER) else Conflicts.TAKE_OVER
