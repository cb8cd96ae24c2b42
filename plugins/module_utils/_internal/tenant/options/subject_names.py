# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Names of groups and users that are not to be bound to a team's Roles."""

from __future__ import annotations

import re
import unicodedata

from ...kube.names import unsafe

_CLUSTERS_OWN = re.compile(r"system\s*[^\w\s.@/+-]")
"""``system:``, also with one of the characters that only look like a colon."""
_ALIKE = frozenset(("LATIN", "CYRILLIC", "GREEK", "ARMENIAN", "CHEROKEE"))
"""Scripts that have letters in common to the eye."""
_TYPE_AGAIN = "type it again, as the cluster's authentication spells it"


def subject_fault(name: str, kind: str) -> tuple[str, str] | None:
    """The fault of the name and the next step; None if the name can be bound. ``kind`` is group or user."""
    if not name:
        return "is empty", f"name a {kind}, or leave the list empty"
    reason = unsafe(name)
    if reason:
        return reason, _TYPE_AGAIN
    if name.startswith("system:serviceaccount:"):
        return (
            "is a ServiceAccount",
            "name the team's own in tenant_namespace_service_accounts; those of other namespaces get no access",
        )
    if _CLUSTERS_OWN.match(_folded(name)):
        return f"is a {kind} of the cluster itself, or reads like one", f"name a {kind} of your own people"
    if "*" in name:
        return "holds a *, and access knows no patterns", f"name every {kind}"
    scripts = sorted(_scripts(name) & _ALIKE)
    if len(scripts) > 1:
        return f"mixes letters of {' and '.join(script.title() for script in scripts)}, which look alike", _TYPE_AGAIN
    return None


def _folded(name: str) -> str:
    """Without case and accents."""
    parts = unicodedata.normalize("NFKD", name)
    return "".join(part for part in parts if not unicodedata.category(part).startswith("M")).casefold()


def _scripts(name: str) -> set[str]:
    return {unicodedata.name(character, "").partition(" ")[0] for character in name if character.isalpha()}
