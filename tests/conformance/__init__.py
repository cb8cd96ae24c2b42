# SPDX-License-Identifier: GPL-3.0-or-later
"""What the core predicts, held against what an operator does."""

import sys
from pathlib import Path

# A command has no plugin of pytest that would find the collection.
sys.path.insert(0, str(Path(__file__).resolve().parents[2] / ".collections"))
