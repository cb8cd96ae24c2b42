# SPDX-License-Identifier: GPL-3.0-or-later
"""The certificates of one lab: its own CA, created at each start, valid for a year; only the owner can read the keys."""

from __future__ import annotations

import base64
import ipaddress
import json
import os
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

_LIFETIME = timedelta(days=365)


@dataclass(frozen=True)
class KeyPair:
    """The paths of two PEM files."""

    certificate: Path
    key: Path


class Authority:
    """A certificate authority that writes what it issues to `folder`."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._folder = folder
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._name = _name("seldon-lab", None)
        usage = x509.KeyUsage(True, False, False, False, False, True, True, False, False)
        builder = _builder(self._name, self._name, self._key.public_key())
        builder = builder.add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True).add_extension(
            usage, critical=True
        )
        self.pair = self._write("ca", builder.sign(self._key, hashes.SHA256()), self._key)

    def client(self, user: str, group: str | None = None) -> KeyPair:
        """A client certificate: Kubernetes reads the common name as user, the organisation as group."""
        return self._issue(user.removeprefix("system:"), _name(user, group), ExtendedKeyUsageOID.CLIENT_AUTH, ())

    def server(self, name: str, hosts: Sequence[str]) -> KeyPair:
        """A serving certificate for host names and IP addresses."""
        alternatives = [_alternative(host) for host in hosts]
        return self._issue(name, _name(name, None), ExtendedKeyUsageOID.SERVER_AUTH, alternatives)

    def signing_key(self, name: str) -> KeyPair:
        """A bare key pair, for service account tokens; `certificate` is the public key."""
        key = ec.generate_private_key(ec.SECP256R1())
        public = key.public_key().public_bytes(
            serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
        )
        return KeyPair(_private_file(self._folder / f"{name}.pub", public), self._write_key(name, key))

    def _issue(
        self, name: str, subject: x509.Name, purpose: x509.ObjectIdentifier, alternatives: Sequence[x509.GeneralName]
    ) -> KeyPair:
        key = ec.generate_private_key(ec.SECP256R1())
        builder = _builder(subject, self._name, key.public_key()).add_extension(
            x509.ExtendedKeyUsage([purpose]), critical=False
        )
        if alternatives:
            builder = builder.add_extension(x509.SubjectAlternativeName(alternatives), critical=False)
        return self._write(name, builder.sign(self._key, hashes.SHA256()), key)

    def _write(self, name: str, certificate: x509.Certificate, key: ec.EllipticCurvePrivateKey) -> KeyPair:
        written = _private_file(self._folder / f"{name}.crt", certificate.public_bytes(serialization.Encoding.PEM))
        return KeyPair(written, self._write_key(name, key))

    def _write_key(self, name: str, key: ec.EllipticCurvePrivateKey) -> Path:
        pem = key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        return _private_file(self._folder / f"{name}.key", pem)


def write_kubeconfig(
    path: Path, server: str, authority: Path, user: dict[str, str], namespace: str = "default"
) -> Path:
    """A kubeconfig with one context, `lab`. It refers only to files that `user` names, so it can be copied."""
    document = {
        "apiVersion": "v1",
        "kind": "Config",
        "clusters": [{"name": "lab", "cluster": {"server": server, "certificate-authority-data": encoded(authority)}}],
        "users": [{"name": "lab", "user": user}],
        "contexts": [{"name": "lab", "context": {"cluster": "lab", "user": "lab", "namespace": namespace}}],
        "current-context": "lab",
    }
    return _private_file(path, (json.dumps(document, indent=2) + "\n").encode())  # JSON is YAML


def client_user(pair: KeyPair) -> dict[str, str]:
    return {"client-certificate-data": encoded(pair.certificate), "client-key-data": encoded(pair.key)}


def encoded(path: Path) -> str:
    return base64.b64encode(path.read_bytes()).decode()


def _private_file(path: Path, content: bytes) -> Path:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    temporary = path.with_name(f"{path.name}.{os.getpid()}")
    with open(os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as handle:
        handle.write(content)
    temporary.replace(path)
    return path


def _name(common_name: str, organisation: str | None) -> x509.Name:
    attributes = [x509.NameAttribute(NameOID.COMMON_NAME, common_name)]
    if organisation:
        attributes.append(x509.NameAttribute(NameOID.ORGANIZATION_NAME, organisation))
    return x509.Name(attributes)


def _alternative(host: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(host))
    except ValueError:
        return x509.DNSName(host)


def _builder(subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePublicKey) -> x509.CertificateBuilder:
    now = datetime.now(UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(minutes=5))
        .not_valid_after(now + _LIFETIME)
    )
