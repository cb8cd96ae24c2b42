# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations


class LabError(Exception):
    """An error that the user has to handle. str() is one cause and the next step, printed without a traceback."""
