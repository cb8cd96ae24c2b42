# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A string of a running container, as far as its pod template determines it: literal parts are known, values from other
objects are not.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Text:
    """`known` are the characters up to the first unknown part; `unknown` is the reason, and empty when all is known."""

    known: str
    unknown: str = ""

    @property
    def value(self) -> str | None:
        """The whole string, or None when a part of it is unknown."""
        return None if self.unknown else self.known


def expand(raw: str, lookup: Callable[[str], Text | None]) -> Text:
    """Replaces `$(NAME)` as the kubelet does: `$$` is one `$`, and a reference without a value stays as it is written.

    `lookup` gives a variable's value, or None for a variable that certainly does not exist.
    """
    out: list[str] = []
    position = 0
    while position < len(raw):
        follower = raw[position + 1 : position + 2]
        if raw[position] != "$" or not follower:
            out.append(raw[position])
            position += 1
        elif follower == "$":
            out.append("$")
            position += 2
        elif follower == "(" and ")" in raw[position + 2 :]:
            end = raw.index(")", position + 2)
            name = raw[position + 2 : end]
            value = lookup(name)
            out.append(f"$({name})" if value is None else value.known)
            if value is not None and value.unknown:
                return Text("".join(out), value.unknown)
            position = end + 1
        else:
            out.append("$" + follower)
            position += 2
    return Text("".join(out))
