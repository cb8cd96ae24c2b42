# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The object that a check sends requests to, with path and header of a V2 request (Open Inference Protocol) by which
Seldon's Envoy routes it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from urllib.parse import quote

ROUTE_HEADER = "x-seldon-route"
"""In an answer: the model that served it, such as ``:fraud-v1-baseline_1:``. In a request it would select the candidate,
so it is never sent.
"""
MODEL_HEADER = "seldon-model"


class Kind(str, Enum):
    """Kinds that answer a request."""

    MODEL = "Model"
    EXPERIMENT = "Experiment"
    PIPELINE = "Pipeline"


_HEADER_SUFFIX = {Kind.MODEL: "", Kind.EXPERIMENT: ".experiment", Kind.PIPELINE: ".pipeline"}


@dataclass(frozen=True)
class Target:
    """An object of the tenant's namespace."""

    kind: Kind
    name: str

    def __str__(self) -> str:
        return f"{self.kind.value} {self.name}"

    @property
    def path(self) -> str:
        """The path of the request. Requests to an Experiment are routed by the header, whatever the path names."""
        collection = "pipelines" if self.kind is Kind.PIPELINE else "models"
        return f"/v2/{collection}/{quote(self.name, safe='')}/infer"

    @property
    def headers(self) -> Mapping[str, str]:
        """The headers by which Seldon routes."""
        return {MODEL_HEADER: f"{self.name}{_HEADER_SUFFIX[self.kind]}"}


@dataclass(frozen=True)
class Candidates:
    """The Models or Pipelines that may answer, with the weights of an Experiment where they are known.

    Weights are relative whole numbers of any sum, as in the Experiment's spec.
    """

    kind: Kind
    weights: Mapping[str, int]

    @classmethod
    def only(cls, target: Target) -> Candidates:
        """A Model or Pipeline that nothing splits."""
        return cls(target.kind, {target.name: 1})
