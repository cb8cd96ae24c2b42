# SPDX-License-Identifier: GPL-3.0-or-later
"""Parts of a result as text, and as digests."""

from __future__ import annotations

import hashlib
import json
from typing import Any

BY_ENTRY = ("objects",)
"""Parts whose entries each have their own digest."""


def as_text(value: Any) -> str:
    """The same text for the same data: keys are sorted, lists keep their order."""
    return json.dumps(value, indent=1, sort_keys=True, ensure_ascii=False) + "\n"


def digest(value: Any) -> str:
    """The digest of the value's text."""
    return hashlib.sha256(as_text(value).encode()).hexdigest()


def digests(parts: dict[str, Any]) -> dict[str, Any]:
    """Digests by part, and by object for the parts in BY_ENTRY."""
    return {
        name: {entry: digest(value[entry]) for entry in value} if name in BY_ENTRY else digest(value)
        for name, value in parts.items()
    }
