# SPDX-License-Identifier: GPL-3.0-or-later
"""Compares predicted quota use and verdicts with the admission of a real API server."""
