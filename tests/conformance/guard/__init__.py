# SPDX-License-Identifier: GPL-3.0-or-later
"""Objects that the scoping guard is tried with, by the check before a write and by the API server alike."""
