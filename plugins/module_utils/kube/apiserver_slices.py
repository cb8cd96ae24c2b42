# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Where the API server is, as pods see it."""

from __future__ import annotations

from .client import KubeClient
from .known import ENDPOINT_SLICE
from .types import KubeObject


def apiserver_slices(client: KubeClient) -> list[KubeObject]:
    """The EndpointSlices of the Service ``default/kubernetes``. Raises KubeError."""
    return client.list(ENDPOINT_SLICE, "default", "kubernetes.io/service-name=kubernetes")
