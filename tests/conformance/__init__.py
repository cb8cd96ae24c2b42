# SPDX-License-Identifier: GPL-3.0-or-later
"""What the core predicts, held to what a real API server and the running operator then do: one runnable command a file."""

import sys
from pathlib import Path

# A command has no plugin of pytest that would find the collection.
sys.path.insert(0, str(Path(__file__).resolve().parents[2] / ".collections"))
