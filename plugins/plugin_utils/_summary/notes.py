# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The notes of tenants. A note that is the same for several tenants is shown once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from .outcome import Outcome


def notes_of(outcome: Outcome) -> list[str]:
    """Each note once, in one line. Empty for a tenant that failed or was not deployed, because its result is not shown."""
    if outcome.failure or outcome.stopped:
        return []
    said = [*(outcome.result.get("notes") or []), *(outcome.result.get("warnings") or [])]
    return list(dict.fromkeys(text.replace("\n", " ") for text in said))


def shared_notes(outcomes: Iterable[Outcome]) -> dict[str, int]:
    """The notes of several tenants, each with the number of tenants, in the order of their first occurrence."""
    counts = Counter(text for outcome in outcomes for text in notes_of(outcome))
    return {text: count for text, count in counts.items() if count > 1}
