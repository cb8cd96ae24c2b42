# SPDX-License-Identifier: GPL-3.0-or-later
"""``python -m tests.release [part of a name]...``: runs all checks of a release, or those whose name contains the text,
and prints a table at the end.
"""

from __future__ import annotations

import signal
import sys

from .artifact import build
from .check import Check, Outcome, outcome_of
from .deployment import deploy
from .documentation import changelog, docs
from .execution_environment import job_templates
from .importer import importer
from .navigator import navigator
from .sanity import sanity_checks
from .table import table

ARTIFACT = Check("artifact", build)
CHECKS = [
    Check("changelog", changelog),
    Check("docs", docs),
    Check("importer", importer),
    Check("deploy from the artifact", deploy),
    Check("job templates in an execution environment's packages", job_templates),
    Check("navigator", navigator),
    *sanity_checks(),
]


def main(names: list[str]) -> int:
    """The exit status. The artifact is always built: most others need it."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # stops the lab as for Ctrl-C
    chosen = [check for check in CHECKS if not names or any(name in check.name for name in names)]
    outcomes: list[Outcome] = []
    for check in [ARTIFACT, *chosen]:
        print(f"{check.name} ...", file=sys.stderr, flush=True)
        outcomes.append(outcome_of(check))
        if outcomes[-1].result == "FAILED":
            print(outcomes[-1].detail, file=sys.stderr, flush=True)
            if check is ARTIFACT:
                break
    print(table(outcomes))
    return int(any(outcome.result == "FAILED" for outcome in outcomes))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
