# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""One HTTP request and what became of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Request:
    """A POST of JSON. ``headers`` beside Content-Type and Accept, which every one has."""

    path: str
    headers: Mapping[str, str]
    body: bytes

    @property
    def all_headers(self) -> Mapping[str, str]:
        """As they are sent."""
        return {**self.headers, "Content-Type": "application/json", "Accept": "application/json"}


@dataclass(frozen=True)
class Response:
    """``headers``: names in lower case, values of repeated ones joined by a comma. ``body``: no more than payload.LARGEST bytes."""

    status: int
    headers: Mapping[str, str]
    body: bytes


class NoResponse(Exception):
    """No whole answer came; ``str()`` says why, with the next step."""


Exchange = Callable[[Request, float], Response]
"""Sends a request once, never again, and takes that many seconds at most. Follows no redirect. Raises NoResponse."""


@dataclass(frozen=True)
class Sample:
    """One request's response, or why there is none."""

    response: Response | None
    failure: str
