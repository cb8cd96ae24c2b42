# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What is asked, and how the mesh is told: path and header of a V2 request (Open Inference Protocol) as Seldon's Envoy routes it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from urllib.parse import quote

ROUTE_HEADER = "x-seldon-route"
"""Of an answer: who served it, such as ``:fraud-v1-baseline_1:``. Of a request it would pin the candidate, so none is ever sent."""
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
        """Of an Experiment the header routes, whatever model the path names."""
        collection = "pipelines" if self.kind is Kind.PIPELINE else "models"
        return f"/v2/{collection}/{quote(self.name, safe='')}/infer"

    @property
    def headers(self) -> Mapping[str, str]:
        """Those that Seldon routes by."""
        return {MODEL_HEADER: f"{self.name}{_HEADER_SUFFIX[self.kind]}"}


@dataclass(frozen=True)
class Candidates:
    """Who may answer: names of Models or of Pipelines, with the weights of an Experiment where they are known.

    Weights are relative whole numbers of any sum, as in the Experiment's spec.
    """

    kind: Kind
    weights: Mapping[str, int]

    @classmethod
    def only(cls, target: Target) -> Candidates:
        """A Model or Pipeline that nothing splits."""
        return cls(target.kind, {target.name: 1})
