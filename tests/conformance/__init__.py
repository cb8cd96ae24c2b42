# SPDX-License-Identifier: GPL-3.0-or-later
"""Compares the core's predictions with a real API server and the running operator: one command per package or file."""

import sys
from pathlib import Path

# A command runs without the pytest plugin that finds the collection.
sys.path.insert(0, str(Path(__file__).resolve().parents[2] / ".collections"))
