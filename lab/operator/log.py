# SPDX-License-Identifier: GPL-3.0-or-later
"""Log lines in the shape of controller-runtime's console encoder, on standard error."""

from __future__ import annotations

import json
import sys
import threading
import time
from typing import Any

_LOCK = threading.Lock()


def info(message: str, **fields: Any) -> None:
    _write("INFO", message, fields)


def error(message: str, **fields: Any) -> None:
    _write("ERROR", message, fields)


def _write(level: str, message: str, fields: dict[str, Any]) -> None:
    stamp = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
    text = "\t".join([stamp, level, message, *([json.dumps(fields, ensure_ascii=False)] if fields else [])])
    with _LOCK:
        print(text, file=sys.stderr, flush=True)
