# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What the platform team may say in the README of a tenant's namespace."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class ReadmeOptions:
    """``contacts`` are the team's, ``platform_contacts`` the platform team's; ``directory`` is where a file with it is
    written.
    """

    enabled: bool = True
    description: str = ""
    contacts: tuple[str, ...] = ()
    platform_contacts: tuple[str, ...] = ()
    directory: str = ""
