# SPDX-License-Identifier: GPL-3.0-or-later
"""A real Kubernetes control plane on loopback, for developing and testing the collection. See README.md."""
