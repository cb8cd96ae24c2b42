# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""How the API server words what Pod Security forbids."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

_ESCAPED = {
    '"': '\\"',
    "\\": "\\\\",
    "\a": "\\a",
    "\b": "\\b",
    "\f": "\\f",
    "\n": "\\n",
    "\r": "\\r",
    "\t": "\\t",
    "\v": "\\v",
}


def quoted(items: Iterable[str]) -> str:
    """Each in quotation marks, with commas between; nothing is escaped."""
    return ", ".join(f'"{item}"' for item in items)


def plural(word: str, count: int) -> str:
    """With an s unless there is one of it."""
    return word if count == 1 else f"{word}s"


def use(count: int) -> str:
    """The verb for that many subjects."""
    return "uses" if count == 1 else "use"


def containers(names: Sequence[str]) -> str:
    """``containers "a", "b"``."""
    return f"{plural('container', len(names))} {quoted(names)}"


def setters(pod: bool, names: Sequence[str]) -> list[str]:
    """Who sets something: the pod, containers, or both; to be joined by ``and``."""
    return [*(["pod"] if pod else []), *([containers(names)] if names else [])]


def go_quoted(text: str) -> str:
    """A string literal of Go (``%q``)."""
    return '"' + "".join(_ESCAPED.get(character) or _literal(character) for character in text) + '"'


def _literal(character: str) -> str:
    code = ord(character)
    if character.isprintable():
        return character
    if code < 0x20 or code == 0x7F:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"
