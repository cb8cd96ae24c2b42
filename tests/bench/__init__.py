# SPDX-License-Identifier: GPL-3.0-or-later
"""Speed, memory and requests of this collection and its peers, on the same manifests in the same run."""
