# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Release numbers such as ``2.10.2``, ``v3.22.0+g1234567`` or ``v1.30.4-eks-a1b2c3``."""

from __future__ import annotations

import re

Release = tuple[int, int, int]

_RELEASE = re.compile(r"v?(\d+)\.(\d+)\.(\d+)(?:[-+.].*)?", re.ASCII)


def parse_release(text: str) -> Release | None:
    """Major, minor and patch; suffixes are left out. None for anything else."""
    found = _RELEASE.fullmatch(text.strip())
    return (int(found[1]), int(found[2]), int(found[3])) if found else None
