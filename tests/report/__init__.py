# SPDX-License-Identifier: GPL-3.0-or-later
"""Looks at the verification report in a real browser."""
