# SPDX-License-Identifier: GPL-3.0-or-later
"""Endpoints of the Service default/kubernetes, which every cluster has.

The API server does not write them for a loopback address. Nothing listens at the address that is written here; it only
allows NetworkPolicies that are derived from the endpoints.
"""

from __future__ import annotations

from .api import Manifest

ADDRESS = "192.0.2.1"  # of TEST-NET-1
PORT = 6443

APISERVER_ENDPOINTS: Manifest = {
    "apiVersion": "discovery.k8s.io/v1",
    "kind": "EndpointSlice",
    "metadata": {"name": "kubernetes", "namespace": "default", "labels": {"kubernetes.io/service-name": "kubernetes"}},
    "addressType": "IPv4",
    "endpoints": [{"addresses": [ADDRESS], "conditions": {"ready": True}}],
    "ports": [{"name": "https", "port": PORT, "protocol": "TCP"}],
}
