# SPDX-License-Identifier: GPL-3.0-or-later
"""galaxy-importer, as Galaxy and Automation Hub run it on what is published."""

from __future__ import annotations

from .artifact import add_collection, path_of_artifact
from .check import Failed, command
from .deployment import OLDEST_CORE
from .environments import clean, environment, scratch

_PACKAGES = ("galaxy-importer==0.4.44", "ansible-lint==26.10.1", OLDEST_CORE)
_SUCCESS = "Importer processing completed successfully"


def importer() -> str:
    """Without an error or a warning."""
    programs = environment(_PACKAGES)
    # The importer's ansible-lint looks nowhere else for what the playbooks use. awx.awx is for awx_setup alone, so it is no dependency.
    [packages] = programs.parent.glob("lib/python*/site-packages")
    add_collection(packages, "kubernetes", "core")
    add_collection(packages, "awx", "awx")
    said = command(
        [programs / "python", "-m", "galaxy_importer.main", path_of_artifact()], scratch("importer"), clean(programs)
    )
    warnings = [line for line in said.splitlines() if line.startswith(("WARNING", "ERROR", "CRITICAL"))]
    if warnings or _SUCCESS not in said:
        raise Failed("\n".join(warnings) or said)
    return "no warning"
