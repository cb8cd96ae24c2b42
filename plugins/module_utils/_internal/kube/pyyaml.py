# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""PyYAML, or None where it is not installed: a module must be importable without it, to report what is missing."""

from __future__ import annotations

from typing import TYPE_CHECKING

__all__ = ["events", "yaml"]

if TYPE_CHECKING:
    import yaml
    from yaml import events
else:
    try:
        import yaml
        from yaml import events
    except ImportError:  # connection.require_libraries() reports it
        yaml = events = None
