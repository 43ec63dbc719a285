from __future__ import annotations

import socket

import pytest

from detente.errors import DetenteError
from detente.fetching import FetchError
from detente.fetching.addresses import AddressPolicy

PRIVATE = [
    "127.0.0.1", "127.8.9.1", "10.0.0.1", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.0",
    "224.0.0.1", "255.255.255.255", "240.0.0.1", "198.18.0.1", "::1", "::", "fe80::1", "fe80::1%eth0", "fc00::1",
    "ff02::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "2002:7f00:1::", "64:ff9b::7f00:1", "64:ff9b::a00:1",
    "no address",
]  # fmt: skip


@pytest.mark.parametrize("address", PRIVATE)
def test_address_that_is_not_public_is_refused(address: str) -> None:
    assert not AddressPolicy().permits(address)


@pytest.mark.parametrize("address", ["8.8.8.8", "2606:4700::1111", "::ffff:8.8.8.8", "64:ff9b::808:808"])
def test_public_address_is_permitted(address: str) -> None:
    assert AddressPolicy().permits(address)


def test_allowed_network_is_permitted_and_no_other() -> None:
    policy = AddressPolicy("127.0.0.1/32, 10.1.0.0/16,::1")
    assert [
        address for address in ("127.0.0.1", "10.1.2.3", "::1", "::ffff:10.1.2.3") if not policy.permits(address)
    ] == []
    assert not any(policy.permits(address) for address in ("127.0.0.2", "10.2.0.1", "::ffff:127.0.0.2"))
    with pytest.raises(DetenteError, match=r"write networks as 127\.0\.0\.0/8"):
        AddressPolicy("localhost")


@pytest.mark.parametrize("host", ["localhost", "127.1", "2130706433", "0x7f000001", "[::1]".strip("[]")])
def test_other_spellings_of_an_address_are_refused(host: str) -> None:
    with pytest.raises(FetchError) as refused:
        AddressPolicy().resolve(host, 80)
    assert refused.value.reason in ("refused_address", "unreachable")


def test_of_several_addresses_only_public_ones_are_connected_to(monkeypatch: pytest.MonkeyPatch) -> None:
    infos = [(0, 0, 0, "", (address, 80)) for address in ("10.0.0.1", "8.8.8.8", "8.8.8.8", "::1")]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: infos)
    assert AddressPolicy().resolve("mixed.example", 80) == ["8.8.8.8"]
