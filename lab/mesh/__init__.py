# SPDX-License-Identifier: GPL-3.0-or-later
"""The entry for inference of a tenant, as Seldon programs it into Envoy."""
