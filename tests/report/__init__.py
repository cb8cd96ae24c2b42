# SPDX-License-Identifier: GPL-3.0-or-later
"""Checks the verification report in a real browser."""
