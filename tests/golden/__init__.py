# SPDX-License-Identifier: GPL-3.0-or-later
"""Golden files: all results of the modules tenant, serverconfig_info and quota_check for stored and random tenants.

They prove that a change of the code's structure changes no object and no text. python -m tests.golden --help
"""

from __future__ import annotations

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
if str(ROOT / ".collections") not in sys.path:
    sys.path.insert(0, str(ROOT / ".collections"))
