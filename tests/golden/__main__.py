# SPDX-License-Identifier: GPL-3.0-or-later
"""python -m tests.golden (--dump DIR | --write) [--only NAME ...]

--dump writes the full text of every result, so that two revisions can be compared with diff -r; --write makes today's
results the expected ones.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from .examples import example_worlds
from .expected import FOLDER, dump, write
from .random_worlds import random_worlds


def main() -> None:
    parser = argparse.ArgumentParser(
        prog="python -m tests.golden", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    action = parser.add_mutually_exclusive_group(required=True)
    action.add_argument("--dump", type=Path, metavar="DIR", help="write DIR/TENANT/PART.json")
    action.add_argument("--write", action="store_true", help=f"rewrite {FOLDER}")
    parser.add_argument(
        "--only", nargs="+", metavar="NAME", help="dump these tenants only, such as fraud-detection-2.9.1 or random-07"
    )
    arguments = parser.parse_args()
    if arguments.write:
        write()
        return
    worlds = [
        world for world in (*example_worlds(), *random_worlds()) if not arguments.only or world.name in arguments.only
    ]
    dump(arguments.dump, worlds)
    print(f"{len(worlds)} tenants in {arguments.dump}")


main()
