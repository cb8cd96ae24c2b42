# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The addresses of the API server for pods."""

from __future__ import annotations

from .client import KubeClient
from .resources import ENDPOINT_SLICE
from .types import KubeObject


def apiserver_slices(client: KubeClient) -> list[KubeObject]:
    """The EndpointSlices of the Service ``default/kubernetes``. Raises KubeError."""
    return client.list(ENDPOINT_SLICE, "default", "kubernetes.io/service-name=kubernetes")
