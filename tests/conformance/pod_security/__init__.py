# SPDX-License-Identifier: GPL-3.0-or-later
"""Compares the offline evaluation of the Pod Security Standards with a real API server's answers for the same pods."""
