# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The components of a SeldonRuntime, by the names that its overrides use."""

from __future__ import annotations

SCHEDULER = "seldon-scheduler"
ENVOY = "seldon-envoy"
HODOMETER = "hodometer"
PIPELINE_COMPONENTS = ("seldon-dataflow-engine", "seldon-modelgateway", "seldon-pipelinegateway")
"""Needed by Pipelines only: models and experiments are served without them."""
COMPONENTS = (SCHEDULER, ENVOY, *PIPELINE_COMPONENTS, HODOMETER)
SERVER = "seldon-server"
"""Pods of a Server; not a component of the runtime."""
SELDON_PODS = (*COMPONENTS, SERVER)
"""The values of app.kubernetes.io/name on Seldon's pods."""
