# SPDX-License-Identifier: GPL-3.0-or-later
"""``ansible-test sanity`` on the artifact's content, without any ignored finding."""

from __future__ import annotations

import re
import shutil
import subprocess
import tarfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from lab.layout import REPOSITORY

from .artifact import COLLECTION, path_of_artifact
from .check import SHOWN, Check, Failed
from .environments import clean, environment, scratch
from .interpreters import interpreter

SUPPORTED = {
    "ansible-core==2.19.*": ("3.11", "3.12", "3.13"),
    "ansible-core": ("3.12", "3.13", "3.14"),
}
"""The oldest and the newest ansible-core, and the Pythons that each runs on."""
_NO_DOWNLOAD = re.compile(r"manually downloaded and saved to: (\S+)")


def sanity_checks() -> list[Check]:
    """One check for each ansible-core and Python."""
    return [_check(core, python) for core, pythons in SUPPORTED.items() for python in pythons]


def _check(core: str, python: str) -> Check:
    name = "newest" if core == "ansible-core" else core.removeprefix("ansible-core==").removesuffix(".*")
    return Check(f"sanity, ansible-core {name}, Python {python}", lambda: _sanity(core, python))


def _sanity(core: str, python: str) -> str:
    programs = environment([core], interpreter(python), newest=True)
    tree = scratch("sanity") / COLLECTION
    with tarfile.open(path_of_artifact()) as archive:
        archive.extractall(tree, filter="data")
    # As in a checkout, but without the tests.
    for name in ("MANIFEST.json", "FILES.json"):
        (tree / name).unlink()
    shutil.copy(REPOSITORY / "galaxy.yml", tree)
    (tree / "tests").mkdir()
    shutil.copy(REPOSITORY / "tests" / "config.yml", tree / "tests")
    run = [str(programs / "ansible-test"), "sanity", "--local", "--python", python, "--color", "no"]
    code, said = _run(run, tree, programs)
    without_download = _NO_DOWNLOAD.search(said)
    if code != 0 and without_download:
        with _stand_in(Path(without_download.group(1))):
            code, said = _run(run, tree, programs)
    if code != 0:
        found = [line for line in said.splitlines() if line.startswith(("ERROR", "FATAL"))]
        raise Failed("\n".join(found or said.splitlines()[-SHOWN:]))
    release = subprocess.run(
        [programs / "ansible-test", "--version"], env=clean(programs), capture_output=True, text=True, check=True
    ).stdout.split()[-1]
    return f"{release}, {said.count('Running sanity test')} tests, no ignored finding"


def _run(arguments: list[str], tree: Path, programs: Path) -> tuple[int, str]:
    done = subprocess.run(
        arguments,
        cwd=tree,
        env=clean(programs),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    return done.returncode, done.stdout


@contextmanager
def _stand_in(script: Path) -> Iterator[None]:
    """Puts a script into ansible-test's cache, until the end of the block, that installs pip with Python's bundled pip.

    ansible-test downloads such a script; a firewall can prevent that although a package index is reachable.
    """
    script.parent.mkdir(parents=True, exist_ok=True)
    shutil.copy(Path(__file__).with_name("get_pip.py"), script)
    try:
        yield
    finally:
        script.unlink()
