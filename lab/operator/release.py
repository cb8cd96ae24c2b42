# SPDX-License-Identifier: GPL-3.0-or-later
"""The differences between Seldon Core releases."""

from __future__ import annotations

from typing import NamedTuple


class Release(NamedTuple):
    """One release of the operator; the fields are named after what they change."""

    version: str
    server_condition: str
    config_error_prefix: str
    workload_before_scheduler: bool
    validates_scaling: bool
    has_pipeline_gateway_condition: bool
    has_model_gateway_status: bool
    has_scaling_config: bool
    has_pipeline_gateway_service: bool
    agent_reads_endpoint_slices: bool
    own_flags: tuple[str, ...]

    def unreachable(self, namespace: str) -> str:
        """The error for a scheduler that cannot be reached."""
        if _numbers(self.version) >= (2, 10, 2):
            return "get connection: rpc error: code = Unavailable desc = name resolver error: produced zero addresses"
        host = f"seldon-scheduler.{namespace}"
        return (
            'rpc error: code = Unavailable desc = connection error: desc = "transport: Error while dialing: '
            f'dial tcp: lookup {host}: no such host"'
        )


def release(tag: str) -> Release:
    """The behaviour for an image tag such as "2.10.2"; raises ValueError for anything that is not a version."""
    numbers = _numbers(tag)
    since_210 = numbers >= (2, 10)
    return Release(
        version=tag,
        server_condition="StatefulSetOrDeploymentReady" if since_210 else "StatefulSetReady",
        config_error_prefix="failed to get ServerConfig: " if since_210 else "",
        workload_before_scheduler=numbers >= (2, 10, 1),
        validates_scaling=since_210,
        has_pipeline_gateway_condition=since_210,
        has_model_gateway_status=since_210,
        has_scaling_config=since_210,
        has_pipeline_gateway_service=not since_210,
        agent_reads_endpoint_slices=since_210,
        own_flags=("use-deployments-for-servers", "version") if since_210 else (),
    )


def _numbers(tag: str) -> tuple[int, ...]:
    parts = tag.removeprefix("v").split("-", 1)[0].split(".")
    if len(parts) != 3 or not all(part.isdigit() for part in parts):
        raise ValueError(f"LAB_IMAGE_TAG: {tag!r} is not a version like 2.10.2")
    return tuple(int(part) for part in parts)
