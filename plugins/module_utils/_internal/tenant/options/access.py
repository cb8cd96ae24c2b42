# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Who gets which profile in a tenant's namespace."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Members:
    """Names of groups and users, as the cluster's authentication gives them."""

    groups: tuple[str, ...] = ()
    users: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.groups or self.users)


@dataclass(frozen=True)
class Access:
    """``debug`` lets the owners run commands in pods and forward their ports."""

    owners: Members = Members()
    deployers: Members = Members()
    viewers: Members = Members()
    debug: bool = False

    @property
    def profiles(self) -> Mapping[str, Members]:
        """By the profile's name, which is part of its Role's."""
        return {"owner": self.owners, "deployer": self.deployers, "viewer": self.viewers}


@dataclass(frozen=True)
class TeamServiceAccount:
    """A ServiceAccount for the team's own automation; ``role`` is deployer, viewer, or empty for none."""

    name: str
    role: str = ""
