# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The finalizers that Seldon's operator sets, and what it needs to remove them.

Source: operator/pkg/constants/constants.go and the method handleFinalizer of each controller in
operator/controllers/mlops, the same in 2.9.1 and 2.10.2. Server and ServerConfig have none.
"""

from __future__ import annotations

from collections.abc import Mapping

from ..kube.resource import Resource
from ..kube.resources import EXPERIMENT, MODEL, PIPELINE, SELDON_RUNTIME

SCHEDULED: Mapping[Resource, str] = {
    EXPERIMENT: "seldon.experiment.finalizer",
    PIPELINE: "seldon.pipeline.finalizer",
    MODEL: "seldon.model.finalizer",
}
"""Removed after the scheduler has answered. The operator repeats its request forever while no scheduler answers
(UnloadModel, StopExperiment and UnloadPipeline: only FailedPrecondition and Unimplemented end it).
"""
RUNTIME = "seldon.runtime.finalizer"
"""On SeldonRuntimes. Removed when the namespace has no Server; no scheduler is needed."""
FINALIZERS: Mapping[Resource, str] = {**SCHEDULED, SELDON_RUNTIME: RUNTIME}
"""In the order in which the objects can go."""
