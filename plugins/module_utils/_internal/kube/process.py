# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The environment of this process, to read."""

from __future__ import annotations

import os
from collections.abc import Mapping
from types import MappingProxyType

ENVIRON: Mapping[str, str] = MappingProxyType(os.environ)
"""A read-only view: it shows later changes of ``os.environ``."""
