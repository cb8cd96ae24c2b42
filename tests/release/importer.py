# SPDX-License-Identifier: GPL-3.0-or-later
"""galaxy-importer, which Galaxy and Automation Hub run on each published artifact."""

from __future__ import annotations

from .artifact import add_collection, path_of_artifact
from .check import Failed, command
from .deployment import OLDEST_CORE
from .environments import clean, environment, scratch

_PACKAGES = ("galaxy-importer==0.4.44", "ansible-lint==26.10.1", OLDEST_CORE)
_SUCCESS = "Importer processing completed successfully"


def importer() -> str:
    """Checks that the importer reports no error and no warning."""
    programs = environment(_PACKAGES)
    # The importer's ansible-lint finds collections of the playbooks only here. awx.awx is needed only by awx_setup, so it is
    # not a dependency.
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
