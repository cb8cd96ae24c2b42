# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What the resolution is asked to demand and to show."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from ..ownership.labels import FIELD_MANAGER
from ..seldon.charts import PLATFORM_NAMESPACE
from ..seldon.image import Version


class Fallback(str, Enum):
    """Whether a Server's reference may be resolved to a ServerConfig of another namespace; WARN allows it with a warning."""

    ALLOW = "allow"
    WARN = "warn"
    DENY = "deny"


@dataclass(frozen=True)
class Policy:
    """``platform_namespace``: None means that of the running operators. ``shared``: namespaces looked into between own
    and platform.

    ``strict``: a namespace that could not be read makes what comes after it uncertain, instead of a warning. ``admin``:
    the result is for people who may read every namespace; only then names of other tenants are suggested. ``planned``:
    strategy ``dedicated``, after the next run: the tenant has its operator, and what a Server needs of the platform's
    ServerConfigs is offered in its namespace as a copy. Copies are known by ``field_manager``. ``release``: of the
    operator of a Server for which none runs.
    """

    platform_namespace: str | None = PLATFORM_NAMESPACE
    shared: tuple[str, ...] = ()
    fallback: Fallback = Fallback.WARN
    strict: bool = True
    admin: bool = False
    planned: bool = False
    field_manager: str = FIELD_MANAGER
    release: Version | None = None
