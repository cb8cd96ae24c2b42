# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What the operator and the scheduler refuse of a Model. Its Server is in placement.py.

Source: operator/apis/mlops/v1alpha1/model_types.go and scheduler/pkg/store/memory.go of 2.9.1 and 2.10.2.
"""

from __future__ import annotations

from collections.abc import Iterator

from ..kube.objects import name_of, spec_of
from ..kube.types import KubeObject
from .refusal import DOT, Refusal


def model_refusals(model: KubeObject) -> Iterator[Refusal]:
    """Everything that is refused. The object may have any shape."""
    spec = spec_of(model)
    if "." in name_of(model):
        yield Refusal("metadata.name", *DOT)
    if isinstance(spec.get("explainer"), dict) and isinstance(spec.get("llm"), dict):
        yield Refusal(
            "spec.llm", "is set together with spec.explainer, which the operator refuses", "remove one of the two"
        )
