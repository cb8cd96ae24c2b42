# SPDX-License-Identifier: GPL-3.0-or-later
"""What has to hold of a release and takes too long for every change: ``python -m tests.release [part of a name]...``"""
