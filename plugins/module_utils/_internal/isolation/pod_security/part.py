# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Parts of a pod as the API server decodes them: null is absent, and a value of another type is refused."""

from __future__ import annotations

from collections.abc import Mapping

from ...diagnosis.quoting import shown_name


class Malformed(Exception):
    """The API server cannot read the field ``path``, where ``expected`` names the type that it accepts."""

    def __init__(self, path: str, expected: str) -> None:
        super().__init__(f"{path} is not {expected}")
        self.path, self.expected = path, expected


class Part:
    """A structure of a pod. Absent ones have absent parts; every reading raises Malformed."""

    __slots__ = ("path", "value")  # A pod has hundreds of these.

    def __init__(self, value: object, path: str) -> None:
        self.value, self.path = value, path

    @property
    def present(self) -> bool:
        """Whether it is there; empty counts."""
        if self.value is not None and not isinstance(self.value, Mapping):
            raise Malformed(self.path, "an object")
        return self.value is not None

    def part(self, key: str) -> Part:
        """A structure below."""
        return Part(self._get(key), f"{self.path}.{key}")

    def parts(self, key: str) -> list[Part]:
        """The structures of a list; their paths hold their names where they have any."""
        return [
            Part({} if entry is None else entry, f"{self.path}.{key}[{_label(entry, index)}]")
            for index, entry in enumerate(self._listed(key))
        ]

    def text(self, key: str) -> str:
        """A string; empty where it is absent."""
        value = self._get(key)
        if value is not None and not isinstance(value, str):
            raise Malformed(f"{self.path}.{key}", "a string")
        return value or ""

    def texts(self, key: str) -> list[str]:
        """A list of strings."""
        entries = self._listed(key)
        for index, entry in enumerate(entries):
            if entry is not None and not isinstance(entry, str):
                raise Malformed(f"{self.path}.{key}[{index}]", "a string")
        return [str(entry or "") for entry in entries]

    def flag(self, key: str) -> bool | None:
        """A boolean; None where it is absent."""
        value = self._get(key)
        if value is not None and not isinstance(value, bool):
            raise Malformed(f"{self.path}.{key}", "true or false")
        return value

    def number(self, key: str, bits: int = 64) -> int | None:
        """An integer; None where it is absent."""
        value = self._get(key)
        if value is None:
            return None
        if isinstance(value, bool) or not isinstance(value, int) or not -(2 ** (bits - 1)) <= value < 2 ** (bits - 1):
            raise Malformed(f"{self.path}.{key}", f"an integer of {bits} bits")
        return value

    def string_map(self, key: str) -> dict[str, str]:
        """Strings by key."""
        below = self.part(key)
        entries = below.value if below.present and isinstance(below.value, Mapping) else {}
        for name, value in entries.items():
            if not isinstance(name, str) or not (value is None or isinstance(value, str)):
                raise Malformed(f"{below.path}[{shown_name(name)}]", "a string")
        return {name: value or "" for name, value in entries.items()}

    @property
    def fields(self) -> list[str]:
        """The names of those that are there, in order."""
        return (
            [key for key, value in self.value.items() if value is not None]
            if self.present and isinstance(self.value, Mapping)
            else []
        )

    def _get(self, key: str) -> object:
        return self.value.get(key) if self.present and isinstance(self.value, Mapping) else None

    def _listed(self, key: str) -> list[object]:
        value = self._get(key)
        if value is not None and not isinstance(value, list):
            raise Malformed(f"{self.path}.{key}", "a list")
        return value or []


def _label(entry: object, index: int) -> str:
    name = entry.get("name") if isinstance(entry, Mapping) else None
    return shown_name(name) if isinstance(name, str) and name else str(index)
