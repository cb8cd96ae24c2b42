# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Ports of Seldon's pods."""

from __future__ import annotations

SCHEDULER_XDS = 9002
SCHEDULER = (9004, 9044)
"""Plain and with TLS."""
SCHEDULER_AGENT = (9005, 9055)
SCHEDULER_DATAFLOW = 9008
SERVER_INFERENCE = (9001, 9501)
"""HTTP and gRPC of the agent's proxy."""
SERVER_METRICS = (9006, 8082, 8002)
"""The agent's, MLServer's and Triton's."""
ENVOY_INFERENCE = 9000
ENVOY_METRICS = 9003
PIPELINE_INFERENCE = (9010, 9011)
PIPELINE_METRICS = 9006
RCLONE = 5572
"""Remote control without a login: nobody but the agent beside it needs it."""
