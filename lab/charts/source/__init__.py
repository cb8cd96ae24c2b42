# SPDX-License-Identifier: GPL-3.0-or-later
"""The sources from which the stand-in charts are generated."""
