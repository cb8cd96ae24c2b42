# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""One of many: labels that satisfy a selector, an address of a block."""

from __future__ import annotations

from ...isolation.network.address import Address, Block
from ...kube.selector import Labels, Operator, Selector


def labels_for(selector: Selector) -> dict[str, str] | None:
    """As few as possible; None where no labels satisfy it."""
    found: dict[str, str] = {}
    for key in dict.fromkeys(requirement.key for requirement in selector.requirements):
        own = Selector(tuple(requirement for requirement in selector.requirements if requirement.key == key))
        if own.matches(Labels()):
            continue
        listed = [
            value
            for requirement in own.requirements
            if requirement.operator is Operator.IN
            for value in sorted(requirement.values)
        ]
        spare = [
            f"any{number or ''}"
            for number in range(1 + sum(len(requirement.values) for requirement in own.requirements))
        ]
        value = next((value for value in [*listed, *spare] if own.matches(Labels({key: value}))), None)
        if value is None:
            return None
        found[key] = value
    return found


def address_in(block: Block) -> Address | None:
    """None where everything is excepted, or where it is not at a border."""
    first, last = block.cidr.network_address, block.cidr.broadcast_address
    behind = [network.broadcast_address + 1 for network in block.excepted if network.broadcast_address != last]
    return next((address for address in (first, last, *behind) if block.holds(address)), None)
