# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Recognises the operator and its release by the image reference of a container."""

from __future__ import annotations

import re
from dataclasses import dataclass

OPERATOR_REPOSITORY = "seldonv2-controller"

_RELEASE = re.compile(r"v?(\d+)\.(\d+)\.(\d+)(?:[-+.].*)?")


@dataclass(frozen=True, order=True)
class Version:
    """A release of Seldon Core; suffixes such as `-rc1` do not change what the operator does."""

    major: int
    minor: int
    patch: int

    def __str__(self) -> str:
        return f"{self.major}.{self.minor}.{self.patch}"


def repository(image: str) -> str:
    """The reference without tag and digest."""
    name = image.split("@", 1)[0]
    head, slash, last = name.rpartition("/")
    return head + slash + last.split(":", 1)[0]


def is_operator_image(image: str) -> bool:
    """Whether the last part of the repository is that of the stock operator, in any registry."""
    return repository(image).rsplit("/", 1)[-1] == OPERATOR_REPOSITORY


def version(image: str) -> Version | None:
    """The release in the tag; None without a tag, for a tag that is not a release, and for a digest, which overrides the
    tag.
    """
    if "@" in image:
        return None
    tag = image[len(repository(image)) :].lstrip(":")
    match = _RELEASE.fullmatch(tag)
    return Version(*(int(part) for part in match.groups())) if match else None
