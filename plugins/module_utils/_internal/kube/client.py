# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The requests that this collection sends to the API server."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from urllib.parse import quote

from .discovery import ACCEPT, Discovery, parse_discovery
from .errors import Expired, KubeError
from .port_forward import ForwardedPort
from .resource import Resource
from .resources import POD
from .transport import Transport
from .types import KubeObject

_ENCODER = json.JSONEncoder(separators=(",", ":"))
LIST_ATTEMPTS = 3
PAGE = 500
"""Objects per page of a LIST, as in client-go."""
METADATA_ONLY = "application/json;as=PartialObjectMetadataList;v=v1;g=meta.k8s.io"
"""No other type is accepted: a server that cannot leave out the content answers 406 instead of sending it."""


class KubeClient:
    """Reads and writes objects as plain dicts. Every method raises :class:`KubeError`."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    @property
    def server(self) -> str:
        """The API server's address."""
        return self._transport.server

    def server_version(self) -> str:
        """The release, such as ``v1.37.2``."""
        return str(self._transport.request("GET", "/version").get("gitVersion", "unknown"))

    def discover(self) -> Discovery:
        """The resources that the server serves now, by two requests."""
        documents = [self._transport.request("GET", path, accept=ACCEPT) for path in ("/api", "/apis")]
        if any(document.get("kind") != "APIGroupDiscoveryList" for document in documents):
            raise KubeError("the API server has no aggregated discovery. Kubernetes 1.27 or newer is needed")
        return Discovery(parse_discovery(documents))

    def get(self, resource: Resource, namespace: str | None, name: str) -> KubeObject:
        """One object. Raises NotFound."""
        answer: KubeObject = self._transport.request("GET", resource.path(namespace, name))
        return answer

    def _list(
        self, resource: Resource, namespace: str | None, selection: Mapping[str, str], accept: str | None = None
    ) -> list[KubeObject]:
        query = {"limit": str(PAGE), **selection}
        for _attempt in range(LIST_ATTEMPTS):
            try:
                return list(self._pages(resource, namespace, query, accept))
            except Expired:  # etcd compacted the revision of these pages; read the list again
                continue
        raise Expired(
            f"the list of {resource.plural} expires before it is read completely. The API server is overloaded; run again later"
        )

    def list_metadata(self, resource: Resource, namespace: str | None = None) -> list[KubeObject]:
        """All objects of a namespace, or of all namespaces, with only their metadata: the values of Secrets never leave the
        API server.
        """
        return self._list(resource, namespace, {}, METADATA_ONLY)

    def list(
        self, resource: Resource, namespace: str | None = None, label_selector: str | None = None
    ) -> list[KubeObject]:
        """All objects of a namespace, or of all namespaces; each carries its apiVersion and kind."""
        return self._list(resource, namespace, {"labelSelector": label_selector} if label_selector else {})

    def _pages(
        self, resource: Resource, namespace: str | None, query: Mapping[str, str], accept: str | None
    ) -> Iterator[KubeObject]:
        following = dict(query)
        while True:
            page = self._transport.request("GET", resource.path(namespace), query=following, accept=accept)
            for item in page.get("items") or []:
                item["apiVersion"], item["kind"] = resource.api_version, resource.kind
                yield item
            token = (page.get("metadata") or {}).get("continue")
            if not token:
                return
            following["continue"] = token

    def read_log(
        self, namespace: str, pod: str, container: str, *, lines: int, seconds: int, largest: int, timeout: float
    ) -> str:
        """The last ``lines`` lines of a container's log that are at most ``seconds`` old, cut after ``largest`` bytes;
        within ``timeout`` seconds.
        """
        query = {
            "container": container,
            "tailLines": str(lines),
            "sinceSeconds": str(seconds),
            "limitBytes": str(largest),
        }
        return self._transport.text(f"{POD.path(namespace, pod)}/log", query, timeout, largest)

    def apply(
        self, resource: Resource, obj: KubeObject, *, field_manager: str, force: bool = False, dry_run: bool = False
    ) -> KubeObject:
        """Server-side apply; unknown fields are refused. The answer is the object as it is now stored."""
        metadata = obj["metadata"]
        query = {"fieldManager": field_manager, "fieldValidation": "Strict"}
        if force:
            query["force"] = "true"
        if dry_run:
            query["dryRun"] = "All"
        answer: KubeObject = self._transport.request(
            "PATCH",
            resource.path(metadata.get("namespace"), metadata["name"]),
            query=query,
            body=_ENCODER.encode(obj).encode(),
            content_type="application/apply-patch+yaml",
        )
        return answer

    def json_patch(
        self,
        resource: Resource,
        namespace: str | None,
        name: str,
        operations: Sequence[Mapping[str, Any]],
        *,
        dry_run: bool = False,
    ) -> KubeObject:
        """A JSON patch (RFC 6902). Only a patch that begins with a ``test`` is sent again after a broken connection."""
        answer: KubeObject = self._transport.request(
            "PATCH",
            resource.path(namespace, name),
            query={"dryRun": "All"} if dry_run else None,
            body=json.dumps(list(operations)).encode(),
            content_type="application/json-patch+json",
            repeatable=bool(operations) and operations[0].get("op") == "test",
        )
        return answer

    def create(
        self, resource: Resource, obj: KubeObject, *, dry_run: bool = False, field_validation: str = ""
    ) -> KubeObject:
        """A POST to the collection, as access reviews need it. The answer is the created object.

        ``field_validation``: ``Strict`` refuses unknown fields, ``Ignore`` drops them.
        """
        query = {"dryRun": "All"} if dry_run else {}
        query |= {"fieldValidation": field_validation} if field_validation else {}
        answer: KubeObject = self._transport.request(
            "POST",
            resource.path(obj.get("metadata", {}).get("namespace")),
            query=query or None,
            body=json.dumps(obj).encode(),
            repeatable=False,
        )
        return answer

    def delete(
        self,
        resource: Resource,
        namespace: str | None,
        name: str,
        *,
        uid: str | None = None,
        resource_version: str | None = None,
        propagation: str = "Background",
    ) -> None:
        """Deletes an object; with ``uid`` or ``resource_version`` only if it still has these. Raises NotFound, or Conflict."""
        options: dict[str, Any] = {"kind": "DeleteOptions", "apiVersion": "v1", "propagationPolicy": propagation}
        preconditions = {name: value for name, value in (("uid", uid), ("resourceVersion", resource_version)) if value}
        if preconditions:
            options["preconditions"] = preconditions
        self._transport.request("DELETE", resource.path(namespace, name), body=json.dumps(options).encode())

    def post_to_service(
        self,
        namespace: str,
        service: str,
        path: str,
        body: bytes,
        headers: Mapping[str, str],
        timeout: float,
        largest: int,
    ) -> tuple[int, Mapping[str, str], bytes]:
        """(status, headers, body) of a POST to a Service through the API server's proxy; ``service`` is ``name:port``. It is
        never sent again.
        """
        prefix = f"/api/v1/namespaces/{quote(namespace, safe='')}/services/{quote(service, safe=':')}/proxy"
        return self._transport.send_once(prefix + path, body, headers, timeout, largest)

    def forward_port(self, namespace: str, pod: str, port: int, timeout: float) -> ForwardedPort:
        """A connection to a port of a pod, made within ``timeout`` seconds."""
        return self._transport.forward_port(namespace, pod, port, timeout)
