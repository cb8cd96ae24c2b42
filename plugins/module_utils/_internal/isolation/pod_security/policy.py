# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A level of the Pod Security Standards and the release whose rules it means, as the labels of a namespace give them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum

NEWEST = 37
"""The newest minor release of Kubernetes whose rules are known here. A newer one may forbid more."""
LATEST = "latest"
_RELEASE = re.compile(r"v?1\.(\d{1,9})\b.*", re.ASCII)
_VERSION = re.compile(r"v1\.(0|[1-9][0-9]*)", re.ASCII)


class Level(str, Enum):
    """From the widest to the strictest."""

    PRIVILEGED = "privileged"
    BASELINE = "baseline"
    RESTRICTED = "restricted"


@dataclass(frozen=True)
class Policy:
    """``minor`` is the y of ``v1.y``; None means ``latest``."""

    level: Level
    minor: int | None = None

    def __str__(self) -> str:
        """As the API server prints it: ``restricted:v1.34``."""
        return f"{self.level.value}:{LATEST if self.minor is None else f'v1.{self.minor}'}"

    def rules(self, release: int = NEWEST) -> int:
        """The minor release by whose rules a cluster of minor ``release`` judges: it knows none that are newer than
        itself.
        """
        known = min(release, NEWEST)
        return known if self.minor is None else min(self.minor, known)


def parse_minor(version: str) -> int | None:
    """``v1.y`` to y, ``latest`` to None. Raises ValueError for anything else."""
    if version == LATEST:
        return None
    found = _VERSION.fullmatch(version)
    if found is None or len(found[1]) > 9:
        raise ValueError('must be "latest" or "v1.x"')
    return int(found[1])


def minor_of(release: str) -> int | None:
    """The minor release of a server's own version, such as ``v1.33.4-eks-1a2b3c``; None where it tells none."""
    found = _RELEASE.fullmatch(release)
    return int(found[1]) if found else None
