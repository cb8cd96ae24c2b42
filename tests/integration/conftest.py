# SPDX-License-Identifier: GPL-3.0-or-later
"""Fixtures of the integration tests."""

from __future__ import annotations

pytest_plugins = [
    "tests.integration.lab_fixture",
    "tests.integration.deployment",
    "tests.integration.tenancy",
    "tests.integration.access_world",
]
