# SPDX-License-Identifier: GPL-3.0-or-later
"""The Pod Security Standards as judged offline, against what a real API server says of the same pods."""
