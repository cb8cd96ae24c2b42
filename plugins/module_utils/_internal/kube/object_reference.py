# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The name of another object, as one object gives it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from .resource import Resource


class ObjectReference(NamedTuple):
    """``field`` is the path of the reference inside the object that gives it. The other object is in the same namespace,
    or in none.

    ``optional``: the object that gives the name works without the other one.
    """

    field: str
    resource: Resource
    name: str
    optional: bool = False


def reference(field: str, resource: Resource, name: object, optional: bool = False) -> Iterator[ObjectReference]:
    """The reference; none where the name is empty or no string."""
    if isinstance(name, str) and name:
        yield ObjectReference(field, resource, name, optional)
