# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""ServerConfigs of the same name that a Server does not come to, since one nearer to it takes precedence."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from ..diagnosis.diagnostic import Severity
from ..seldon.differences import differing_paths
from .config import Config
from .trace import Scope

_WEIGHTY = (".image", ".resources")


class Relation(str, Enum):
    """UNKNOWN: the namespace could not be read, so that there may be one."""

    EQUAL = "equal"
    DIFFERS = "differs"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Shadow:
    """``paths`` are what differs. WARNING when an image or resources do, since then the pods are others."""

    namespace: str
    scope: Scope
    relation: Relation
    paths: tuple[str, ...] = ()
    severity: Severity = Severity.INFO


def shadow(winner: Config, hidden: Config, scope: Scope) -> Shadow:
    """How the content of ``hidden`` compares with that of ``winner``."""
    if winner.content == hidden.content:
        return Shadow(hidden.namespace, scope, Relation.EQUAL)
    paths = differing_paths(winner.content, hidden.content)
    if not paths:
        return Shadow(hidden.namespace, scope, Relation.EQUAL)
    weighty = any(mark in path for path in paths for mark in _WEIGHTY)
    return Shadow(hidden.namespace, scope, Relation.DIFFERS, paths, Severity.WARNING if weighty else Severity.INFO)
