# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Reads unchecked option values, and collects all problems instead of stopping at the first."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from typing import Any

from ..kube.names import unsafe
from ..kube.quantity import QuantityError, parse_quantity
from .diagnostic import Diagnostic
from .quoting import quoted
from .subject import option


class Reading:
    """``problems`` has one entry per refused value. A refused value is read as the default.

    ``path`` arguments are the full names of the fields, such as ``tenant_namespace_quota.pods``. None counts as not
    given.
    """

    def __init__(self) -> None:
        self.problems: list[Diagnostic] = []

    def refuse(self, path: str, message: str, *next_steps: str, expected: str = "") -> None:
        self.problems.append(Diagnostic(option(path), message, expected=expected, next_steps=next_steps))

    def mapping(self, value: object, path: str) -> dict[str, Any]:
        """A mapping with string keys; empty for any other value, which is refused."""
        if value is None:
            return {}
        if not isinstance(value, Mapping):
            self.refuse(path, f"{quoted(value)} is not a mapping")
            return {}
        read = {}
        for key, entry in value.items():
            if isinstance(key, str):
                read[str(key)] = entry
            else:
                self.refuse(path, f"the key {quoted(key)} is not a string", "quote it")
        return read

    def refuse_unknown_keys(self, mapping: Mapping[str, Any], path: str, names: Iterable[str]) -> None:
        """Refuses keys that are not in ``names``, and suggests the nearest one. ``path`` is the text before the key:
        ``a.b.`` or ``prefix_``.
        """
        allowed = list(names)
        for key in mapping:
            if key not in allowed:
                near = get_close_matches(key, allowed, n=1)
                if near:
                    self.refuse(path + key, "does not exist", f'did you mean "{path}{near[0]}"?')
                else:
                    self.refuse(path + key, "does not exist", expected=f"one of {', '.join(allowed)}")

    def listed(self, value: object, path: str) -> list[Any]:
        """A list; empty for any other value, which is refused."""
        if value is None:
            return []
        if isinstance(value, (list, tuple)):
            return list(value)
        self.refuse(path, f"{quoted(value)} is not a list")
        return []

    def string(self, value: object, path: str, default: str = "") -> str:
        """A string that is safe in messages and objects (see kube.names.unsafe)."""
        if value is None:
            return default
        if not isinstance(value, str):
            self.refuse(
                path,
                f"{quoted(value)} is not a string",
                "quote it: YAML reads unquoted numbers, true, no and dates as such",
            )
            return default
        reason = unsafe(value)
        if reason:
            self.refuse(path, f"{quoted(value)} {reason}")
            return default
        return str(value)

    def directory(self, value: object, path: str) -> str:
        """The absolute path of a directory on the machine that runs this; empty when not given."""
        text = self.string(value, path)
        if text and not text.startswith("/"):
            self.refuse(
                path, f"{quoted(text)} is not an absolute path", expected="one such as {{ inventory_dir }}/name"
            )
            return ""
        return text

    def boolean(self, value: object, path: str, default: bool) -> bool:
        if value is None or isinstance(value, bool):
            return default if value is None else value
        self.refuse(path, f"{quoted(value)} is neither true nor false")
        return default

    def choice(self, value: object, path: str, choices: Iterable[str], default: str) -> str:
        text = self.string(value, path, default)
        options = list(choices)
        if text in options:
            return text
        near = get_close_matches(text, options, n=1)
        self.refuse(
            path,
            f"{quoted(text)} is not one of {', '.join(options)}",
            *([f'did you mean "{near[0]}"?'] if near else []),
        )
        return default

    def quantity(self, value: object, path: str, *, whole: bool = False) -> str:
        """The text of a quantity that is not negative; with ``whole`` a whole number. ``0`` when refused."""
        text = str(value) if isinstance(value, (int, float)) and not isinstance(value, bool) else value
        if not isinstance(text, str):
            self.refuse(
                path, f"{quoted(value)} is not a quantity", expected="a number, or a string such as 500m or 4Gi"
            )
            return "0"
        try:
            size = parse_quantity(text)
        except QuantityError as error:
            self.refuse(path, f"{quoted(text)} is not a quantity", expected=error.expected)
            return "0"
        if size < 0:
            self.refuse(path, f"{quoted(text)} is negative", expected="0 or more")
        elif whole and size.denominator != 1:
            self.refuse(path, f"{quoted(text)} is not a whole number", "objects are counted in whole numbers")
        else:
            return str(text)
        return "0"

    def quantities(self, value: object, path: str) -> dict[str, str]:
        """Quantities by resource name."""
        return {name: self.quantity(entry, f"{path}.{name}") for name, entry in self.mapping(value, path).items()}
