# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The amounts that one object counts in quotas."""

from __future__ import annotations

from dataclasses import dataclass

from ..kube.amounts import NOTHING, Amounts
from .pod import Pod
from .scopes import Scope, selects


@dataclass(frozen=True)
class Charge:
    """``amounts`` by quota key. ``pod`` is compared with scopes; None for objects of other kinds, which no quota with scopes
    counts.
    """

    amounts: Amounts
    pod: Pod | None = None

    def under(self, scopes: tuple[Scope, ...]) -> Amounts:
        """The amounts that a quota with these scopes counts."""
        if not scopes or (self.pod is not None and selects(scopes, self.pod)):
            return self.amounts
        return NOTHING
