# SPDX-License-Identifier: GPL-3.0-or-later
"""Lets tests import the collection by its full name, as Ansible does."""

from __future__ import annotations

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT / ".collections"), str(ROOT)]
