# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The candidate that answered a request, by the mesh's header and by the answer's ``model_name``."""

from __future__ import annotations

import re

from .target import ROUTE_HEADER, Candidates, Kind

_VERSION = re.compile(r"_[0-9]+$", re.ASCII)


class Unattributed(Exception):
    """The candidate that answered is unknown, or it is none of those expected; ``str()`` has the next step."""


def served_by(route: str | None, model_name: object, candidates: Candidates) -> str:
    """The candidate that answered. ``route``: the answer's header x-seldon-route. Raises Unattributed.

    The header decides: Envoy writes it where it chooses. A Model's own ``model_name`` must not contradict it.
    """
    named = _base(model_name) if isinstance(model_name, str) else ""
    routed = route_names(route or "")
    if not routed and (not named or candidates.kind is Kind.PIPELINE):
        raise Unattributed(
            f"it is unknown which model answered: there is no header {ROUTE_HEADER}. Send requests to Seldon's mesh, not to a server behind it"
        )
    chosen = [name for name in routed if name in candidates.weights] if routed else [named]
    if len(chosen) > 1:
        raise Unattributed(f"the header {ROUTE_HEADER} names {_listed(chosen)}, expected one name")
    if not chosen or chosen[0] not in candidates.weights:
        who, expected = _listed(routed or [named]), _listed(list(candidates.weights), " or ")
        raise Unattributed(
            f"answered by {who}; expected {expected}. See which Experiment routes to them: kubectl get experiments"
        )
    if candidates.kind is Kind.MODEL and named != chosen[0]:
        actual = f"is {model_name!r}" if isinstance(model_name, str) else "is missing"
        raise Unattributed(
            f"the mesh sent the request to {chosen[0]}, but the answer's model_name {actual}. See which models that server has loaded"
        )
    return chosen[0]


def route_names(header: str) -> list[str]:
    """The names in the header: ``a`` for ``:a_1:``. Versions and the suffix of Pipelines are removed. There are several
    names where an answer passed the mesh more than once.
    """
    return list(dict.fromkeys(_base(part.strip()) for part in re.split("[:,]", header) if part.strip()))


def _base(name: str) -> str:
    """The object's name from Seldon's internal one, which is ``a_1`` for a Model and ``p.pipeline`` for a Pipeline."""
    return _VERSION.sub("", name).removesuffix(".pipeline")


def _listed(names: list[str], glue: str = " and ") -> str:
    return glue.join(names)
