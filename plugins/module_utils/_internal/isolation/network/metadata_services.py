# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Where clouds serve metadata to their machines: whatever reaches one of these addresses gets the node's credentials."""

from __future__ import annotations

METADATA_ADDRESSES = ("169.254.169.254", "100.100.100.200", "168.63.129.16", "fd00:ec2::254", "fd20:ce::254")
"""The one that nearly all clouds use, Alibaba Cloud's, the channel to Azure's host, and those of AWS and of Google Cloud
for IPv6. Each answers at TCP port 80.
"""
METADATA_PORT = 80
LINK_LOCAL = ("169.254.0.0/16", "fe80::/10")
"""The blocks of RFC 3927 and RFC 4291, in which nothing is of use to a tenant."""
