# SPDX-License-Identifier: GPL-3.0-or-later
"""Predicted quota use and verdicts against what a real API server admits."""
