# SPDX-License-Identifier: GPL-3.0-or-later
"""What the stand-in charts are generated from."""
