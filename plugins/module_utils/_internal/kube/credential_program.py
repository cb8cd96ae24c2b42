# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Runs the program that a kubeconfig names for its credentials (``exec``), and reports its failure in its own words.

The library ``kubernetes`` writes such a failure to the log and sends requests without credentials; only its class
ExecProvider, which runs the program, is used. Protocol: client.authentication.k8s.io, ExecCredential.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from .errors import ConfigurationError

try:
    from kubernetes import config as kubernetes_config
    from kubernetes.config.exec_provider import ExecProvider
except ImportError:  # connection.require_libraries() reports it
    kubernetes_config = ExecProvider = None

_LONGEST = 300
_EARLY = timedelta(seconds=30)
"""A token is renewed this long before it expires."""
_TOKEN = re.compile(r"\b(?:eyJ|k8s-aws-v1\.|ya29\.)[\w.=+/-]{8,}")
_ENDED = re.compile(r"exec: process returned (-?\d+)(?:\. )?", re.DOTALL)


@dataclass(frozen=True)
class Credential:
    """A token, or a certificate with its key, as PEM. ``expires`` is None where the program does not tell."""

    token: str
    certificate: str
    key: str
    expires: datetime | None

    @property
    def is_expired(self) -> bool:
        """Whether the credential expires in the next seconds, or has expired."""
        return self.expires is not None and datetime.now(UTC) + _EARLY >= self.expires


@dataclass(frozen=True)
class CredentialProgram:
    """``spec`` is the kubeconfig's ``exec``, ``cluster`` its cluster, both as ConfigNode. ``owner`` names the user for
    messages.
    """

    spec: Any
    cluster: Any
    directory: str
    owner: str

    def run(self) -> Credential:
        """A new credential. Raises ConfigurationError."""
        try:
            status = ExecProvider(self.spec, self.directory, self.cluster).run()
        except kubernetes_config.ConfigException as problem:
            raise self._failed(_outcome(str(problem))) from None
        except FileNotFoundError:
            raise self._missing() from None
        except OSError as problem:
            raise self._failed(f"cannot be started: {problem.strerror or type(problem).__name__}") from None
        except (TypeError, KeyError, ValueError, AttributeError) as problem:
            raise self._failed(f"is not described correctly in the kubeconfig ({type(problem).__name__})") from None
        return self._credential(status)

    def _credential(self, status: object) -> Credential:
        given = status if isinstance(status, Mapping) else {}
        texts = [given.get(key) or "" for key in ("token", "clientCertificateData", "clientKeyData")]
        token, certificate, key = (text if isinstance(text, str) else "" for text in texts)
        if not token and not (certificate and key):
            raise self._failed("printed neither a token, nor a client certificate with its key")
        return Credential(token, certificate, key, _time(given.get("expirationTimestamp")))

    @property
    def _subject(self) -> str:
        return f"{self.owner}: the credential program {cleaned(str(self.spec.value.get('command') or ''))!r}"

    def _missing(self) -> ConfigurationError:
        hint = self.spec.value.get("installHint")
        step = (
            cleaned(hint) if isinstance(hint, str) and hint.strip() else "Install it, or put its directory on the PATH"
        )
        return ConfigurationError(f"{self._subject} does not exist on this machine. {step}")

    def _failed(self, outcome: str) -> ConfigurationError:
        return ConfigurationError(
            f"{self._subject} {outcome}. Run it by hand and log in again if it asks for that, or use another context"
        )


def cleaned(text: str) -> str:
    """The end of a program's words as one printable line. Tokens are left out."""
    printable = "".join(letter if letter.isprintable() else " " for letter in text)
    line = " ".join(_TOKEN.sub("(token)", printable).split())
    return (line if len(line) <= _LONGEST else f"…{line[1 - _LONGEST :]}").rstrip(".")


def _outcome(text: str) -> str:
    """The program's failure, from the text of the library's exception."""
    ended = _ENDED.match(text)
    if not ended:
        return f"gave an answer that cannot be used: {cleaned(text.removeprefix('exec: '))}"
    words = cleaned(text[ended.end() :])
    return f"ended with exit code {ended[1]}" + (f": {words}" if words else ", without a message")


def _time(value: object) -> datetime | None:
    """The time of an ``expirationTimestamp``; None where there is none, or none that can be read."""
    try:
        moment = value if isinstance(value, datetime) else datetime.fromisoformat(str(value))
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
