# SPDX-License-Identifier: GPL-3.0-or-later
"""Objects for tests of the scoping guard, both of the check before a write and of the API server."""
