# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Where an image comes from, by the rules of container runtimes."""

from __future__ import annotations

import re
from collections.abc import Iterable

DOCKER_HUB = "docker.io"
_ENTRY = re.compile(
    r"[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?(?::[0-9]{1,5})?(?:/[a-z0-9](?:[a-z0-9._/-]*[a-z0-9])?)?", re.ASCII
)
_REST = "[!-.0-~][!-~]*"
_WORD = "[!-.0-~]+"
_FIRST_PART = "[a-z0-9_-]+/"
"""With a dot, a colon or upper case it would be a host."""
LOCALHOST = "localhost"
"""The one word that is a host."""


def is_registry(entry: str) -> bool:
    """Whether it is a host, with an optional port and an optional beginning of a path. A single word is not a host:
    Docker reads it as a path.
    """
    host = entry.partition("/")[0]
    return _ENTRY.fullmatch(entry) is not None and ("." in host or ":" in host or host == LOCALHOST)


def from_registries(entries: Iterable[str]) -> str:
    """A pattern for the references of images below one of the entries; by whole parts of the path, and upper case is
    another registry.

    Without a host an image is Docker Hub's: ``a/b`` stands for ``docker.io/a/b``, and ``b`` for
    ``docker.io/library/b``.
    """
    patterns = []
    for entry in entries:
        host, slash, path = entry.partition("/")
        patterns.append(f"{re.escape(entry)}/{_REST}")
        if host != DOCKER_HUB:
            continue
        patterns.append(f"index{re.escape('.' + entry)}/{_REST}")
        if not path:
            patterns += [_FIRST_PART + _REST, _WORD]
        elif path == "library":
            patterns += [f"library/{_REST}", _WORD]
        else:
            patterns.append(f"{re.escape(path)}/{_REST}")
    return "|".join(patterns)
