# SPDX-License-Identifier: GPL-3.0-or-later
"""Lets tests import the collection by its full name, as Ansible does."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from hypothesis import settings

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT / ".collections"), str(ROOT)]

# A gate has to give the same result for the same change; developers and nightly runs use other seeds.
settings.register_profile("ci", derandomize=True, deadline=None)
if os.environ.get("CI"):
    settings.load_profile("ci")
