# SPDX-License-Identifier: GPL-3.0-or-later
"""Replaces the script that ansible-test downloads: Python's bundled pip installs the pip of the version in this file's
name.
"""

from __future__ import annotations

import ensurepip
import os
import re
import sys
from pathlib import Path

# ansible-test runs a copy with another name, and passes the name of the cached file.
version = re.search(r"get_pip_([0-9_]+)\.py$", os.environ["GET_PIP"]).group(1).replace("_", ".")
[wheel] = (Path(ensurepip.__file__).parent / "_bundled").glob("pip-*.whl")
sys.path.insert(0, str(wheel))

from pip._internal.cli.main import main

options = [option for option in sys.argv[1:] if option not in ("--no-setuptools", "--no-wheel")]
sys.exit(main(["install", "--upgrade", "--force-reinstall", f"pip=={version}", *options]))
