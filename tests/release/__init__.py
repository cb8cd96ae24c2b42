# SPDX-License-Identifier: GPL-3.0-or-later
"""Checks of a release that take too long for every change: ``python -m tests.release [part of a name]...``"""
