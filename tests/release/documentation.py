# SPDX-License-Identifier: GPL-3.0-or-later
"""The documentation of plugins and roles, and the changelog."""

from __future__ import annotations

import sys
from pathlib import Path

from lab.layout import REPOSITORY

from .check import Failed, command
from .environments import clean, scratch

_BIN = Path(sys.executable).parent


def docs() -> str:
    """Checks links and markup, and that pages can be built for all plugins and roles."""
    environment = clean(_BIN, ANSIBLE_COLLECTIONS_PATH=REPOSITORY / ".collections")
    lint = [
        _BIN / "antsibull-docs",
        "lint-collection-docs",
        "--plugin-docs",
        "--validate-collection-refs",
        "dependent",
        REPOSITORY,
    ]
    said = command(lint, REPOSITORY, environment)
    if said.strip():
        raise Failed(said)
    pages = scratch("docs")
    make = [
        _BIN / "antsibull-docs",
        "collection",
        "--use-current",
        "--fail-on-error",
        "--squash-hierarchy",
        "--dest-dir",
        pages,
        "ml_platform.seldon",
    ]
    command(make, REPOSITORY, environment)
    return f"{len(list(pages.rglob('*.rst')))} pages"


def changelog() -> str:
    """Checks that fragments and the changelog's data are well-formed."""
    command([_BIN / "antsibull-changelog", "lint"], REPOSITORY, clean(_BIN))
    return f"{len(list((REPOSITORY / 'changelogs' / 'fragments').glob('*.y*ml')))} fragments"
