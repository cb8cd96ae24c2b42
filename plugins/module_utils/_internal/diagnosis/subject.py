# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The subject of a diagnostic, as a value that can be compared."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Subject:
    """An object, or an option. Its text is ``kind namespace/name, part``, without empty parts.

    ``kind`` is a kind of Kubernetes or another word (``program``, ``chart``); empty for an option and where the name is
    enough. ``part`` is a part of the object that has a name of its own, such as a component of a SeldonRuntime.
    """

    kind: str = ""
    name: str = ""
    namespace: str = ""
    part: str = ""

    def __str__(self) -> str:
        name = f"{self.namespace}/{self.name}" if self.namespace else self.name
        title = f"{self.kind} {name}" if self.kind and name else self.kind or name
        return f"{title}, {self.part}" if self.part else title


UNNAMED = Subject()
"""The subject where the code has only a part of an object. Its caller sets the object with ``about``."""


def option(name: str) -> Subject:
    """An option, by its full name: ``tenant_namespace_quota.pods``."""
    return Subject(name=name)
