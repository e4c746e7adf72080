"""Which addresses may be asked."""

from __future__ import annotations

import socket

import pytest

from watchtower.errors import AddressRefused, UserError
from watchtower.fetch.guard import Guard, plain_address, special

REFUSED = [
    "0.0.0.0", "10.1.2.3", "100.64.0.1", "127.0.0.1", "127.255.255.254", "169.254.169.254", "172.16.0.1",
    "172.31.255.255", "192.0.0.8", "192.0.2.1", "192.88.99.1", "192.168.1.1", "198.18.0.1", "198.51.100.7",
    "203.0.113.9", "224.0.0.1", "239.255.255.250", "240.0.0.1", "255.255.255.255",
    "::", "::1", "::7f00:1", "::ffff:127.0.0.1", "::ffff:169.254.169.254", "::ffff:10.0.0.1", "64:ff9b::7f00:1",
    "64:ff9b::a9fe:a9fe", "64:ff9b:1::1", "100::1", "2001::1", "2001:db8::1", "2002:7f00:1::", "2002:808:808::",
    "3fff::1", "fc00::1", "fd12:3456::1", "fe80::1", "fe80::1%eth0", "fec0::1", "ff02::1",
    "100:0:0:1::1", "::ffff:0:7f00:1", "64:ff9b:2::1", "4000::1", "8000::1", "f000::1",
]  # fmt: skip
PUBLIC = [
    "9.9.9.9", "11.0.0.1", "100.63.255.255", "100.128.0.1", "126.255.255.255", "128.0.0.1", "172.15.0.1", "172.32.0.1",
    "192.0.1.1", "198.17.0.1", "198.20.0.1", "223.255.255.255", "2606:4700::1111", "2a00:1450::1", "::ffff:9.9.9.9",
    "64:ff9b::909:909",
]  # fmt: skip
SPELLINGS = [
    "127.0.0.1", "127.1", "127.0.1", "2130706433", "0x7f000001", "0x7f.1", "0x7F.0.0.1", "017700000001", "0177.0.0.1",
    "127.0.0.1.", "[::ffff:127.0.0.1]", "::ffff:7f00:1", "0:0:0:0:0:ffff:127.0.0.1",
]  # fmt: skip


@pytest.mark.parametrize("address", REFUSED)
def test_s3_an_address_that_is_not_public_is_refused(address: str) -> None:
    with pytest.raises(AddressRefused, match=r"fetch\.allow"):
        Guard().check("feeds.example", address)
    with pytest.raises(AddressRefused):
        Guard().check_host(address)


WRAPPED_OR_CALLED_PUBLIC = ["64:ff9b::7f00:1", "2002:7f00:1::", "192.0.0.8", "224.0.0.1", "::ffff:169.254.169.254"]


@pytest.mark.parametrize("address", WRAPPED_OR_CALLED_PUBLIC)
def test_s3_the_ranges_that_python_calls_public_are_refused(address: str) -> None:
    with pytest.raises(AddressRefused):
        Guard().check("feeds.example", address)


@pytest.mark.parametrize("address", PUBLIC)
def test_a_public_address_is_asked(address: str) -> None:
    Guard().check("feeds.example", address)
    Guard().check_host(address)


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_an_address_is_known_in_every_spelling_that_connect_takes(spelling: str) -> None:
    assert str(plain_address(spelling)) == "127.0.0.1"
    with pytest.raises(AddressRefused):
        Guard().check_host(spelling)


@pytest.mark.parametrize("name", ["example.org", "localhost", "", "a..b", "0x", "127.0.0.1.example", "1.2.3.4.5"])
def test_a_host_name_is_left_to_the_resolver(name: str) -> None:
    assert plain_address(name) is None
    Guard().check_host(name)


def test_what_is_no_address_at_all_is_refused() -> None:
    with pytest.raises(AddressRefused, match="not an IP address"):
        Guard(allow=["10.0.0.0/8"]).check("feeds.example", "elsewhere")


def test_the_message_names_host_address_and_kind() -> None:
    with pytest.raises(AddressRefused, match=r"intranet leads to 10\.0\.0\.1, .*private"):
        Guard().check("intranet", "10.0.0.1")


@pytest.mark.parametrize("allow", ["intranet", "INTRANET.", "10.0.0.0/8", "10.0.0.7/8"])
def test_hosts_and_ranges_can_be_allowed(allow: str) -> None:
    Guard(allow=[allow]).check("intranet", "10.0.0.1")


def test_an_allowed_address_is_allowed_in_every_spelling_and_no_other_is() -> None:
    guard = Guard(allow=["127.0.0.1", "fd00::1"])
    for spelling in SPELLINGS:
        guard.check_host(spelling)
    guard.check_host("[FD00:0::1]")
    with pytest.raises(AddressRefused):
        guard.check_host("127.0.0.2")
    with pytest.raises(AddressRefused):
        guard.check("rebound.example", "127.0.0.1")


def test_everything_is_asked_where_private_networks_are_allowed() -> None:
    for address in REFUSED:
        Guard(allow_private_networks=True).check("feeds.example", address)


@pytest.mark.parametrize("entry", ["10.0.0.0/33", "intranet/8", "/"])
def test_a_range_that_is_none_is_the_users_mistake(entry: str) -> None:
    with pytest.raises(UserError, match=r"fetch\.allow"):
        Guard(allow=[entry])


def test_the_kinds_are_named() -> None:
    assert [special(a) for a in map(plain_address, ("127.0.0.1", "224.1.1.1", "9.9.9.9")) if a] == [
        "loopback", "multicast", None,
    ]  # fmt: skip


def test_no_spelling_is_missed_that_the_system_takes_for_an_address() -> None:
    for spelling in ("1", "0", "0x0", "1.1", "0xffffffff", "00.0x1.2"):
        assert socket.inet_aton(spelling)
        assert plain_address(spelling) is not None
