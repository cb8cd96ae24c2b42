# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import random
import socket
from contextlib import ExitStack

# Below the kernel's range for outgoing connections, so that no client's socket takes the port meanwhile.
_RANGE = range(20000, 30000)


def free_ports(count: int) -> list[int]:
    """`count` different loopback TCP ports on which nobody listens now."""
    found: list[int] = []
    with ExitStack() as held:
        while len(found) < count:
            port = random.choice(_RANGE)
            listener = held.enter_context(socket.socket())
            try:
                listener.bind(("127.0.0.1", port))
            except OSError:
                continue
            found.append(port)
    return found
