# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Notes of tenants; what is the same for several of them is one note."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from .outcome import Outcome


def notes_of(outcome: Outcome) -> list[str]:
    """Each in one line and once; none of a tenant that failed or was not reached, whose results are not shown."""
    if outcome.failure or outcome.stopped:
        return []
    said = [*(outcome.result.get("notes") or []), *(outcome.result.get("warnings") or [])]
    return list(dict.fromkeys(text.replace("\n", " ") for text in said))


def shared_notes(outcomes: Iterable[Outcome]) -> dict[str, int]:
    """The notes of more than one tenant, and of how many, in the order in which they come first."""
    counts = Counter(text for outcome in outcomes for text in notes_of(outcome))
    return {text: count for text, count in counts.items() if count > 1}
