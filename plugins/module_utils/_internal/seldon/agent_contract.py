# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Containers, ports and variables that Seldon's agent, Services and monitors expect in the pods of a Server.

Source: the charts of 2.9.1 and 2.10.2.
"""

from __future__ import annotations

SIDECARS = ("rclone", "agent")
"""Containers that every Server needs besides the inference server."""
AGENT_PORTS = ("grpc", "http")
"""Names of the agent's ports that are targets of the Services of the replicas."""
METRICS_PORT = "metrics"
"""Name of the agent's port that the PodMonitor scrapes."""
SERVER_METRICS_PORT = "server-metrics"
"""Name of the inference server's port that the PodMonitor scrapes."""
FIXED_VARIABLES = {
    "SELDON_SERVER_HTTP_PORT": "9000",
    "SELDON_SERVER_GRPC_PORT": "9500",
    "SELDON_REVERSE_PROXY_HTTP_PORT": "9001",
    "SELDON_REVERSE_PROXY_GRPC_PORT": "9501",
    "SELDON_SCHEDULER_PORT": "9005",
    "SELDON_SCHEDULER_TLS_PORT": "9055",
    "SELDON_METRICS_PORT": "9006",
    "SELDON_DRAINER_PORT": "9007",
    "SELDON_READINESS_PORT": "9008",
    "SELDON_ENVOY_PORT": "80",
}
"""Variables of the agent, with the only value with which the other components work."""
PRESENT_VARIABLES = (
    "SELDON_SERVER_CAPABILITIES",
    "SELDON_SERVER_TYPE",
    "SELDON_SCHEDULER_HOST",
    "POD_NAME",
    "POD_NAMESPACE",
    "MEMORY_REQUEST",
)
"""Variables of the agent with any value."""
DEFAULTED_VARIABLES = frozenset(("SELDON_ENVOY_PORT", "SELDON_SCHEDULER_TLS_PORT"))
"""The stock ServerConfig triton leaves these out (and SELDON_ENVOY_HOST)."""
CONFIG_MOUNTS = (("seldon-agent", "/mnt/config"), ("seldon-tracing", "/mnt/tracing"))
"""ConfigMaps that the agent reads, with their mount paths."""
ACCOUNT = "seldon-server"
"""The ServiceAccount whose permissions the agent needs."""
DRAIN_SECONDS = 120
"""The longest time that draining a Server takes, in seconds."""
RCLONE_SECRET = "seldon-rclone-gs-public"
"""The Secret that the stock SeldonConfig names; without it the agent exits at its start."""
