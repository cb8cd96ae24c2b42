# SPDX-License-Identifier: GPL-3.0-or-later
"""Stand-in for Seldon Core 2's operator: the documented behaviour of 2.9.1 and 2.10.2, for the lab only."""
