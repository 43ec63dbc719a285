"""Which addresses may be connected to: public ones, and those that the user allows."""

from __future__ import annotations

import socket
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address, ip_network

from detente.errors import DetenteError
from detente.fetching.answers import FetchError

NAT64 = IPv6Network("64:ff9b::/96")
Address = IPv4Address | IPv6Address


class AddressPolicy:
    """Refuses private, loopback, link-local, multicast and reserved addresses unless they lie in `allowed`."""

    def __init__(self, allowed: str = "") -> None:
        """`allowed`: networks as "127.0.0.0/8,10.1.0.0/16". Raises DetenteError for what is no network."""
        try:
            self._allowed = [ip_network(part.strip()) for part in allowed.split(",") if part.strip()]
        except ValueError as error:
            raise DetenteError(f"fetch_allow_networks={allowed!r}: {error}; write networks as 127.0.0.0/8") from None

    def permits(self, address: str) -> bool:
        try:
            found = ip_address(address)
        except ValueError:
            return False
        return all(self._permits(each) for each in (found, *_embedded(found)))

    def _permits(self, address: Address) -> bool:
        if any(address in network for network in self._allowed):
            return True
        if isinstance(address, IPv6Address) and address.ipv4_mapped:
            return True  # the address within decides
        return address.is_global and not address.is_multicast

    def resolve(self, host: str, port: int) -> list[str]:
        """Addresses of the host that may be connected to; these, and not the name, are then connected to.

        So a name that gives another address when it is asked again gains nothing. Raises FetchError.
        """
        try:
            infos = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        except (OSError, UnicodeError) as error:
            raise FetchError("unreachable", f"{host}: no such host ({error})", temporary=True) from None
        found = list(dict.fromkeys(str(info[4][0]) for info in infos))
        permitted = [address for address in found if self.permits(address)]
        if not permitted:
            where = host if found == [host] else f"{host}, that is {', '.join(found)},"
            raise FetchError("refused_address", f"{where} is not public; --allow-network allows it")
        return permitted


def _embedded(address: Address) -> list[Address]:
    """IPv4 addresses that an IPv6 address leads to."""
    if not isinstance(address, IPv6Address):
        return []
    found = [address.ipv4_mapped, address.sixtofour, *(address.teredo or ())]
    if address in NAT64:
        found.append(IPv4Address(int(address) & 0xFFFFFFFF))
    return [each for each in found if each is not None]
