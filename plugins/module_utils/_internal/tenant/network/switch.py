# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Closing, opening and changing the network of a running tenant without losing what it needs on the way.

The first policy that selects a pod restricts it, before those come that allow the rest. So while the others are written
or removed, one more allows everything. In a tenant that is closed and stays so, policies are written side by side, and
a flow may move from one to another. So what they allowed before stays allowed until all of them are written; no more
than that.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from ...kube.objects import by_name, name_of, spec_of
from ...kube.types import KubeObject
from .peers import DEFAULT_DENY, allow_all
from .within import digest


def meanwhile(
    tenant: str, tenant_exists: bool, wanted: Sequence[KubeObject], live: Sequence[KubeObject]
) -> list[KubeObject]:
    """The network policies that have to exist while ``wanted`` replace ``live``."""
    return [opening(tenant)] if needs_opening(tenant_exists, wanted, live) else carried(wanted, live)


def carried(wanted: Sequence[KubeObject], live: Sequence[KubeObject]) -> list[KubeObject]:
    """Those that are about to change, as they are, under another name. None where one write does it all."""
    before = by_name(live)
    written = [policy for policy in wanted if spec_of(before.get(name_of(policy), {})) != spec_of(policy)]
    if len(written) < 2:
        return []
    return [_as_it_was(policy, spec_of(before[name_of(policy)])) for policy in written if name_of(policy) in before]


def _as_it_was(policy: KubeObject, spec: Mapping[str, Any]) -> KubeObject:
    # A policy that a killed run left under such a name must not change, hence the digest.
    name = f"{name_of(policy)}-before-{digest(spec)}"
    return {**policy, "metadata": {**policy["metadata"], "name": name}, "spec": spec}


def needs_opening(tenant_exists: bool, wanted: Iterable[KubeObject], live: Iterable[KubeObject]) -> bool:
    """Whether the tenant is about to be closed or opened; ``wanted`` and ``live`` are network policies."""
    return tenant_exists and (DEFAULT_DENY in map(name_of, wanted)) is not (DEFAULT_DENY in map(name_of, live))


def opening(tenant: str) -> KubeObject:
    """Allows everything, for the moment of the change."""
    return allow_all(tenant, "tenant-opening").object
