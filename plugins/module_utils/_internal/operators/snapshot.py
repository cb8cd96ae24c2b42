# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The objects from which operators are judged."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Optional

from ..kube.types import KubeObject

Listed = Optional[Sequence[KubeObject]]


@dataclass(frozen=True)
class RbacSnapshot:
    """All objects of the four RBAC kinds; None where the read was refused."""

    roles: Listed
    role_bindings: Listed
    cluster_roles: Listed
    cluster_role_bindings: Listed


@dataclass(frozen=True)
class Snapshot:
    """The cluster, with one LIST per kind; None where the read was refused.

    `tenants` are the names of the namespaces that need an operator, as far as they could be read. `refused` has one text
    per refused read.
    """

    deployments: Listed
    rbac: RbacSnapshot
    namespaces: Listed
    tenants: frozenset[str]
    refused: tuple[str, ...] = ()
