# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The tenant's ResourceQuota."""

from __future__ import annotations

from ...kube.types import KubeObject
from ...ownership.labels import tenant_labels
from ..options.tenant_options import TenantOptions

NAME = "tenant-quota"


def resource_quota(options: TenantOptions) -> KubeObject:
    """Quantities stay as they were written; the API server brings them into its own form."""
    return {
        "apiVersion": "v1",
        "kind": "ResourceQuota",
        "metadata": {"name": NAME, "namespace": options.name, "labels": tenant_labels(options.name)},
        "spec": {"hard": dict(options.quota)},
    }
