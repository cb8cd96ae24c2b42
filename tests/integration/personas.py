# SPDX-License-Identifier: GPL-3.0-or-later
"""Users with a real credential: a client certificate signed by the cluster, or a ServiceAccount's token."""

from __future__ import annotations

import base64
import json
import ssl
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from http.client import HTTPSConnection
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import yaml
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from tests.integration.lab_fixture import Lab

Json = dict[str, Any]


@dataclass(frozen=True)
class Answer:
    """An answer of the API server."""

    code: int
    body: Json

    @property
    def message(self) -> str:
        """The message of a Status; empty for other bodies."""
        return str(self.body.get("message", ""))


@dataclass(frozen=True)
class Persona:
    """The user of ``kubeconfig``, which contains only this credential."""

    kubeconfig: Path
    server: str
    tls: ssl.SSLContext
    headers: Mapping[str, str]
    """The Authorization header, if the credential is a token."""

    def connection(self) -> HTTPSConnection:
        """A connection of its own, for one thread."""
        address = urlsplit(self.server)
        return HTTPSConnection(address.hostname or "", address.port, context=self.tls, timeout=30)

    def request(
        self,
        method: str,
        path: str,
        body: object = None,
        kind: str = "application/json",
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        """One request. ``kind`` is the body's media type."""
        connection = self.connection()
        content = None if body is None else json.dumps(body)
        connection.request(
            method,
            path,
            content,
            {**self.headers, "Content-Type": kind, "Accept": "application/json", **(headers or {})},
        )
        response = connection.getresponse()
        text = response.read()
        connection.close()
        try:
            answer = json.loads(text)
        except ValueError:
            answer = {"message": text.decode(errors="replace")}
        return Answer(response.status, answer if isinstance(answer, dict) else {})


def admin(lab: Lab) -> Persona:
    """The lab's administrator."""
    return persona_of(lab.kubeconfig)


def persona_of(kubeconfig: Path) -> Persona:
    """The persona with the kubeconfig's first credential."""
    config = yaml.safe_load(kubeconfig.read_text())
    cluster, user = config["clusters"][0]["cluster"], config["users"][0]["user"]
    tls = ssl.create_default_context(cadata=base64.b64decode(cluster["certificate-authority-data"]).decode())
    if "client-certificate-data" in user:
        with tempfile.NamedTemporaryFile() as pem:
            pem.write(base64.b64decode(user["client-certificate-data"]) + base64.b64decode(user["client-key-data"]))
            pem.flush()
            tls.load_cert_chain(pem.name)
    headers = {"Authorization": f"Bearer {user['token']}"} if "token" in user else {}
    return Persona(kubeconfig, cluster["server"], tls, headers)


def person(lab: Lab, directory: Path, user: str, groups: Sequence[str] = ()) -> Persona:
    """A persona with a certificate that the cluster has signed for this user name and these groups."""
    key = ec.generate_private_key(ec.SECP256R1())
    attributes = [x509.NameAttribute(NameOID.COMMON_NAME, user)]
    attributes += [x509.NameAttribute(NameOID.ORGANIZATION_NAME, group) for group in groups]
    # One set per value: Kubernetes does not read several values in one set.
    subject = x509.Name([x509.RelativeDistinguishedName([attribute]) for attribute in attributes])
    request = x509.CertificateSigningRequestBuilder().subject_name(subject).sign(key, hashes.SHA256())
    name = _signing_request(lab, user, request.public_bytes(serialization.Encoding.PEM))
    pem = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    certificate = _signed(admin(lab), name)
    return _persona(
        lab,
        directory / f"{name}.kubeconfig",
        {"client-certificate-data": certificate, "client-key-data": base64.b64encode(pem).decode()},
    )


def service_account(lab: Lab, directory: Path, namespace: str, name: str) -> Persona:
    """A ServiceAccount with a token as a kubelet asks for it."""
    token = lab.kubectl("create", "token", name, "-n", namespace, "--duration=1h").strip()
    return _persona(lab, directory / f"{namespace}-{name}.kubeconfig", {"token": token})


def _signing_request(lab: Lab, user: str, request: bytes) -> str:
    name = "lab-" + "".join(character if character.isalnum() else "-" for character in user.lower())
    spec = {
        "request": base64.b64encode(request).decode(),
        "signerName": "kubernetes.io/kube-apiserver-client",
        "usages": ["client auth"],
        "expirationSeconds": 3600,
    }
    obj = {
        "apiVersion": "certificates.k8s.io/v1",
        "kind": "CertificateSigningRequest",
        "metadata": {"name": name},
        "spec": spec,
    }
    lab.kubectl("create", "-f", "-", stdin=json.dumps(obj))
    lab.kubectl("certificate", "approve", name)
    return name


def _signed(asking: Persona, name: str, patience: float = 20.0) -> str:
    deadline = time.monotonic() + patience
    while time.monotonic() < deadline:
        found = asking.request("GET", f"/apis/certificates.k8s.io/v1/certificatesigningrequests/{name}")
        certificate = (found.body.get("status") or {}).get("certificate")
        if certificate:
            return str(certificate)
        time.sleep(0.2)
    raise TimeoutError(f"CertificateSigningRequest {name} is not signed within {patience:.0f} s")


def _persona(lab: Lab, path: Path, user: Mapping[str, str]) -> Persona:
    config = yaml.safe_load(lab.kubeconfig.read_text())
    config["users"][0]["user"] = dict(user)
    path.write_text(json.dumps(config))
    path.chmod(0o600)
    return persona_of(path)
