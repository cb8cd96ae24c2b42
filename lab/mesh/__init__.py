# SPDX-License-Identifier: GPL-3.0-or-later
"""A tenant's entry point for inference, as Seldon configures it in Envoy."""
