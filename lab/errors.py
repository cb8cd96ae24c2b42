# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations


class LabError(Exception):
    """Something the person at the keyboard has to know: one cause and the next step, printed without a traceback."""
