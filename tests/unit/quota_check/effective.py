# SPDX-License-Identifier: GPL-3.0-or-later
"""Servers and SeldonRuntimes as the operator renders them, for tests of their quota use."""

from __future__ import annotations

from typing import Any

from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.resolved_tenant.reference import (
    Reference,
    Source,
)
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.resolved_tenant.resolved_tenant import (
    ResolvedServer,
    ResolvedTenant,
)
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.seldon.effective import (
    claims_of,
    effective_over,
)
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.seldon.effective_runtime import (
    EffectiveRuntime,
)
from ansible_collections.ml_platform.seldon.plugins.module_utils._internal.seldon.image import Version


def runtime_of(runtime: Any, seldon_config: Any, release: tuple[int, ...] = (2, 10, 2)) -> EffectiveRuntime:
    """``release`` as three numbers."""
    major, minor, patch = release if len(release) == 3 else (*release, 0)
    return EffectiveRuntime(runtime, seldon_config, Version(major, minor, patch))


def tenant_of(server: Any, pod_spec: Any, claims: Any = (), **more: Any) -> ResolvedTenant:
    """A tenant with one Server of this pod spec and these volumeClaimTemplates."""
    spec = {"podSpec": pod_spec, "volumeClaimTemplates": list(claims)}
    config = {"metadata": {"name": "c"}, "spec": spec}
    made = effective_over(server, config, pod_spec, claims_of(spec), None)
    return ResolvedTenant(servers=(ResolvedServer(server, Reference("s", "c", Source.OWN), config, made),), **more)
