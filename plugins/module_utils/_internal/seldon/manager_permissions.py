# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The permissions that an operator needs, by release."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from .image import Version

_FULL = ("create", "delete", "get", "list", "patch", "update", "watch")
_KINDS = ("experiments", "models", "pipelines", "seldonconfigs", "seldonruntimes", "serverconfigs", "servers")


@dataclass(frozen=True)
class Need:
    """Verbs on resources of one API group, for objects of any name."""

    group: str
    resources: tuple[str, ...]
    verbs: tuple[str, ...]


_ALWAYS = (
    Need("", ("configmaps", "secrets", "serviceaccounts", "services"), _FULL),
    Need("", ("events",), ("create", "patch")),
    Need("apps", ("deployments", "statefulsets"), _FULL),
    Need("apps", ("deployments/status", "statefulsets/status"), ("get",)),
    Need("mlops.seldon.io", _KINDS, _FULL),
    Need("mlops.seldon.io", tuple(f"{kind}/finalizers" for kind in _KINDS), ("update",)),
    Need("mlops.seldon.io", tuple(f"{kind}/status" for kind in _KINDS), ("get", "patch", "update")),
    Need("rbac.authorization.k8s.io", ("rolebindings", "roles"), _FULL),
)
_SINCE_2_10 = (Need("discovery.k8s.io", ("endpointslices",), ("list", "watch")),)

LEADER_ELECTION: Sequence[Need] = (Need("coordination.k8s.io", ("leases",), ("create", "get", "update")),)
"""Needed in the namespace of the operator's pod, with --leader-elect."""


def manager_needs(version: Version) -> Sequence[Need]:
    """The permissions that an operator of this release needs in every namespace that it watches."""
    return _ALWAYS + (_SINCE_2_10 if version >= Version(2, 10, 0) else ())
