# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Options of the README of a tenant's namespace."""

from __future__ import annotations

from dataclasses import dataclass

from ...diagnosis.reading import Reading

KEYS = ("enabled", "description", "contacts", "platform_contacts", "directory")


@dataclass(frozen=True)
class ReadmeOptions:
    """``contacts`` are the team's, ``platform_contacts`` the platform team's; ``directory`` is where a file with it is
    written.
    """

    enabled: bool = True
    description: str = ""
    contacts: tuple[str, ...] = ()
    platform_contacts: tuple[str, ...] = ()
    directory: str = ""


def read_readme(reading: Reading, value: object, path: str) -> ReadmeOptions:
    """A boolean says only whether there is one."""
    given = {"enabled": value} if isinstance(value, bool) else reading.mapping(value, path)
    reading.refuse_unknown_keys(given, path + ".", KEYS)
    return ReadmeOptions(
        enabled=reading.boolean(given.get("enabled"), path + ".enabled", True),
        description=reading.string(given.get("description"), path + ".description"),
        contacts=_lines(reading, given.get("contacts"), path + ".contacts"),
        platform_contacts=_lines(reading, given.get("platform_contacts"), path + ".platform_contacts"),
        directory=reading.directory(given.get("directory"), path + ".directory"),
    )


def _lines(reading: Reading, value: object, path: str) -> tuple[str, ...]:
    return tuple(reading.string(entry, f"{path}[{number}]") for number, entry in enumerate(reading.listed(value, path)))
