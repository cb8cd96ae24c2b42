# SPDX-License-Identifier: GPL-3.0-or-later
"""Times as the API writes them."""

from __future__ import annotations

from datetime import UTC, datetime


def timestamp() -> str:
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
