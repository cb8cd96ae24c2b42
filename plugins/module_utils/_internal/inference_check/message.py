# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""One HTTP request and its response."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Request:
    """A POST of JSON. ``headers`` are those besides Content-Type and Accept, which every request has."""

    path: str
    headers: Mapping[str, str]
    body: bytes

    @property
    def all_headers(self) -> Mapping[str, str]:
        """The headers of the request as it is sent."""
        return {**self.headers, "Content-Type": "application/json", "Accept": "application/json"}


@dataclass(frozen=True)
class Response:
    """``headers``: names in lower case; values of a repeated header are joined by a comma. ``body``: at most
    payload.LARGEST bytes.
    """

    status: int
    headers: Mapping[str, str]
    body: bytes


class NoResponse(Exception):
    """There is no complete answer; ``str()`` is the cause with the next step."""


Exchange = Callable[[Request, float], Response]
"""Sends a request once, without retries, within so many seconds. Follows no redirect. Raises NoResponse."""


@dataclass(frozen=True)
class Sample:
    """One request's response, or why there is none."""

    response: Response | None
    failure: str
