"""Connections: from the first update on only this machine can be reached."""

from __future__ import annotations

import ipaddress
import os
import socket
from collections.abc import Callable
from contextlib import suppress
from typing import Any
from urllib.parse import urlsplit

_LOCAL_NAMES = frozenset(("", "localhost", "localhost.localdomain", "ip6-localhost", "0.0.0.0", "::"))


def guard_network(armed: Callable[[], bool], blocked: Callable[[str, str], None]) -> dict[str, Callable[..., None]]:
    """Audit handlers that refuse connections and look-ups of other machines with ConnectionRefusedError.

    Native libraries that open their own sockets raise no audit event and are not seen.
    """
    proxies = _local_proxies()

    def refuse(host: str, port: object) -> None:
        target = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
        blocked("network", target)
        raise ConnectionRefusedError(
            111,
            f"trialrun does not connect to {target} in a rehearsal: after the first update only this machine is "
            "reached; --allow-network allows it",
        )

    def to_address(connection: Any, address: Any) -> None:
        if not isinstance(address, tuple) or connection.family not in (socket.AF_INET, socket.AF_INET6) or not armed():
            return
        host, port = _text(address[0]), address[1]
        if not is_local(host) or port in proxies:
            refuse(host, port)

    def look_up(host: Any, port: Any = None, *_: Any) -> None:
        name = _text(host)
        if not armed() or is_local(name) or _is_numeric(name):  # a number is no look-up; connecting to it is refused
            return
        refuse(name, _text(port) or 0)

    return {
        "socket.connect": to_address,
        "socket.sendto": to_address,
        "socket.sendmsg": to_address,
        "socket.getaddrinfo": look_up,
        "socket.gethostbyname": look_up,
    }


def is_local(host: str) -> bool:
    """Whether ``host`` is this machine: a loopback address, its own name or an address of its own."""
    name = host.lower().rstrip(".")
    if name in _LOCAL_NAMES or name.endswith(".localhost"):
        return True
    try:
        address = ipaddress.ip_address(name.partition("%")[0])
    except ValueError:
        own = socket.gethostname().lower()
        return name in (own, own.partition(".")[0])
    if address.is_loopback:
        return True
    mapped = getattr(address, "ipv4_mapped", None)
    return bool(mapped and mapped.is_loopback) or _is_own(str(address), address.version)


def _is_own(address: str, version: int) -> bool:
    """Only an address of this machine can be bound."""
    if ipaddress.ip_address(address).is_multicast:
        return False
    family = socket.AF_INET6 if version == 6 else socket.AF_INET
    try:
        with socket.socket(family, socket.SOCK_DGRAM) as probe:
            probe.bind((address, 0))
    except OSError:
        return False
    return True


def _is_numeric(host: str) -> bool:
    with suppress(ValueError):
        ipaddress.ip_address(host.partition("%")[0])
        return True
    return False


def _local_proxies() -> frozenset[int]:
    """Ports of proxies on this machine: connecting to one reaches the others."""
    ports = set()
    for name, value in os.environ.items():
        if name.lower() in ("http_proxy", "https_proxy", "all_proxy"):
            with suppress(ValueError):
                parts = urlsplit(value if "://" in value else f"http://{value}")
                if parts.port and is_local(parts.hostname or ""):
                    ports.add(parts.port)
    return frozenset(ports)


def _text(value: Any) -> str:
    if value is None:
        return ""
    return value.decode(errors="replace") if isinstance(value, (bytes, bytearray)) else str(value)
