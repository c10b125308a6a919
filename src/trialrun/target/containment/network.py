"""Connections: from the first update on only this machine can be reached."""

from __future__ import annotations

import functools
import ipaddress
import os
import socket
from collections.abc import Callable
from contextlib import suppress
from typing import Any
from urllib.parse import urlsplit

_LOCAL_NAMES = frozenset(("", "localhost", "localhost.localdomain", "ip6-localhost", "0.0.0.0", "::"))


def guard_network(armed: Callable[[], bool], blocked: Callable[[str, str], None]) -> None:
    """Refuse connections and look-ups of other machines with ConnectionRefusedError once ``armed`` says so.

    Python's socket functions are wrapped. An audit hook would see the same calls, and would slow every audited event
    of the script (``id``, ``sys._getframe``) by 0.1 to 0.4 us. Native libraries that open their own sockets are seen
    by neither.
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

    def check_address(connection: socket.socket, address: Any) -> None:
        if not isinstance(address, tuple) or connection.family not in (socket.AF_INET, socket.AF_INET6) or not armed():
            return
        host, port = _text(address[0]), address[1]
        if not is_local(host) or port in proxies:
            refuse(host, port)

    def check_name(host: Any, port: Any = None) -> None:
        name = _text(host)
        if not armed() or is_local(name) or _is_numeric(name):  # a number is no look-up; connecting to it is refused
            return
        refuse(name, _text(port) or 0)

    for name, position in (("connect", 0), ("connect_ex", 0), ("sendto", -1), ("sendmsg", 3)):
        if hasattr(socket.socket, name):
            setattr(socket.socket, name, _checking_address(getattr(socket.socket, name), position, check_address))
    for name in ("getaddrinfo", "gethostbyname", "gethostbyname_ex"):
        setattr(socket, name, _checking_name(getattr(socket, name), check_name))


def _checking_address(method: Any, position: int, check: Callable[[socket.socket, Any], None]) -> Any:
    @functools.wraps(method)
    def call(connection: socket.socket, *args: Any) -> Any:
        if len(args) > position:
            check(connection, args[position])
        return method(connection, *args)

    return call


def _checking_name(function: Any, check: Callable[[Any, Any], None]) -> Any:
    @functools.wraps(function)
    def call(host: Any, port: Any = None, *args: Any, **kwargs: Any) -> Any:
        check(host, port)
        if function.__name__ == "getaddrinfo":
            return function(host, port, *args, **kwargs)
        return function(host)

    return call


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
