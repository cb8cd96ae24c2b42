# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Condition types that the operator writes besides ``Ready``, in the order in which they explain that Ready is False.

Source: operator/apis/mlops/v1alpha1 of Seldon Core 2.9.1 and 2.10.2. The operator may write errors into ModelReady of an
Experiment, where they stay when it is Ready.
"""

from __future__ import annotations

READY = "Ready"
STATEFUL_SET_READY = "StatefulSetReady"
"""Of a Server, by operators before 2.10."""
STATEFUL_SET_OR_DEPLOYMENT_READY = "StatefulSetOrDeploymentReady"
"""Of a Server, by operators of 2.10 and later."""
SERVER = (STATEFUL_SET_OR_DEPLOYMENT_READY, STATEFUL_SET_READY)
MODEL = ("ModelReady",)
EXPERIMENT = ("CandidatesReady", "MirrorReady", "ExperimentReady", "ModelReady")
PIPELINE_GATEWAY_READY = "PipelineGwReady"
"""Of a Pipeline, by operators of 2.10 and later."""
PIPELINE = ("PipelineReady", "ModelsReady", PIPELINE_GATEWAY_READY)
