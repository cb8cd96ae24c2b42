# SPDX-License-Identifier: GPL-3.0-or-later
"""python -m lab up | down | status | env | pace"""

from __future__ import annotations

import argparse
import os
import shlex
import shutil
import signal
import sys

from .errors import LabError
from .layout import REPOSITORY, Layout
from .lifecycle import COMPONENTS, down, is_healthy, up
from .operator.pace import SLOW_SECONDS, Pace, write_pace
from .processes import recorded
from .progress import stopwatch
from .state import read_state


def main() -> int:
    parser = argparse.ArgumentParser(
        prog="python -m lab",
        description="A Kubernetes control plane on loopback, without containers. See lab/README.md.",
    )
    commands = parser.add_subparsers(dest="command", required=True)
    for name, text in (
        ("up", "start the lab, or do nothing if it is running; print the path of its kubeconfig"),
        ("down", "stop its processes and delete its data"),
        ("status", "list its processes; exit with 0 only if all of them run"),
        ("env", "print shell commands that make kubectl, helm and kustomize use it"),
    ):
        commands.add_parser(name, help=text)
    pace = commands.add_parser(
        "pace", help="make the stand-in operators slow, stop them, or let them work as usual: for tests of waiting"
    )
    pace.add_argument(
        "pace",
        choices=[pace.value for pace in Pace],
        help=f"slow: they react {SLOW_SECONDS:.0f} s after a change. stopped: they run, and reconcile nothing",
    )
    given = parser.parse_args()
    command = given.command
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # the same cleanup as for Ctrl-C
    layout = Layout.from_environment()
    try:
        if command == "up":
            up(layout, _operator(), stopwatch())
            print(layout.kubeconfig)
        elif command == "down":
            down(layout, stopwatch())
        elif command == "env":
            print(f"export LAB_DIR={shlex.quote(str(layout.root))}")
            print(f"export KUBECONFIG={shlex.quote(str(layout.kubeconfig))}")
            print(f'export PATH={shlex.quote(str(layout.bin))}:"$PATH"')
        elif command == "pace":
            write_pace(layout.pace, Pace(given.pace))
        else:
            return _status(layout)
    except LabError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("interrupted: the processes that this command started were stopped", file=sys.stderr)
        return 130
    return 0


def _operator() -> str | None:
    """The executable named by LAB_OPERATOR, or None for the stand-in."""
    named = os.environ.get("LAB_OPERATOR")
    if not named:
        return None
    path = REPOSITORY / os.path.expanduser(named)
    if shutil.which(path) is None:
        raise LabError(
            f"LAB_OPERATOR={named}: expected an executable file, found none at {path}.\nNext: build it, or unset LAB_OPERATOR for the stand-in."
        )
    return str(path)


def _status(layout: Layout) -> int:
    processes = {process.name: process for process in recorded(layout.processes)}
    for name in sorted({*COMPONENTS, *processes}):
        process = processes.get(name)
        print(f"{name:<50} {f'pid {process.pid}' if process and process.alive() else 'not running'}")
    state = read_state(layout.state)
    healthy = is_healthy(layout)
    if state:
        print(
            f"operator images run                                {state.operator or 'the stand-in (python -m lab.operator)'}"
        )
    print(f"{layout.kubeconfig if healthy else 'the lab is not running. Next: `python -m lab up`'}")
    return 0 if healthy else 1


if __name__ == "__main__":
    sys.exit(main())
