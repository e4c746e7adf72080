"""Which addresses may be asked: by default only public ones, so that no feed can make us talk to our own network."""

from __future__ import annotations

import re
import socket
from collections.abc import Sequence
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

from watchtower.errors import AddressRefused, UserError

#: Our own table, because ``ipaddress.is_global`` of Python 3.11 calls several of these public.
#: Sources: IANA IPv4 and IPv6 Special-Purpose Address Registries (RFC 6890 and its updates), RFC 5771 (multicast).
_SPECIAL = tuple(
    (ip_network(network), what)
    for network, what in (
        ("0.0.0.0/8", "this network"),  # RFC 791
        ("10.0.0.0/8", "private"),  # RFC 1918
        ("100.64.0.0/10", "carrier-grade NAT"),  # RFC 6598
        ("127.0.0.0/8", "loopback"),  # RFC 1122
        ("169.254.0.0/16", "link-local"),  # RFC 3927; cloud metadata services live here
        ("172.16.0.0/12", "private"),  # RFC 1918
        ("192.0.0.0/24", "protocol assignments"),  # RFC 6890
        ("192.0.2.0/24", "documentation"),  # RFC 5737
        ("192.88.99.0/24", "6to4 relay"),  # RFC 7526
        ("192.168.0.0/16", "private"),  # RFC 1918
        ("198.18.0.0/15", "benchmarking"),  # RFC 2544
        ("198.51.100.0/24", "documentation"),  # RFC 5737
        ("203.0.113.0/24", "documentation"),  # RFC 5737
        ("224.0.0.0/4", "multicast"),  # RFC 5771
        ("240.0.0.0/4", "reserved or broadcast"),  # RFC 1112, RFC 919
        ("::/128", "unspecified"),  # RFC 4291
        ("::1/128", "loopback"),  # RFC 4291
        ("::/96", "IPv4-compatible"),  # RFC 4291, deprecated
        ("64:ff9b:1::/48", "local NAT64"),  # RFC 8215
        ("100::/64", "discard only"),  # RFC 6666
        ("100:0:0:1::/64", "dummy"),  # RFC 9780
        ("2001::/23", "protocol assignments, Teredo, ORCHID"),  # RFC 2928, RFC 4380, RFC 7343
        ("2001:db8::/32", "documentation"),  # RFC 3849
        ("2002::/16", "6to4"),  # RFC 3056
        ("3fff::/20", "documentation"),  # RFC 9637
        ("5f00::/16", "segment routing"),  # RFC 9602
        ("fc00::/7", "unique local"),  # RFC 4193
        ("fe80::/10", "link-local"),  # RFC 4291
        ("fec0::/10", "site-local"),  # RFC 3879, deprecated
        ("ff00::/8", "multicast"),  # RFC 4291
        # what is outside 2000::/3 and named nowhere above, such as IPv4-translated addresses (RFC 2765)
        ("::/3", "not global unicast"),  # IANA IPv6 Address Space: only 2000::/3 is given out
        ("4000::/2", "not global unicast"),
        ("8000::/1", "not global unicast"),
    )
)
#: Ranges that carry an IPv4 address in their last 32 bits and are as public as that one: IPv4-mapped (RFC 4291)
#: and the well-known NAT64 prefix (RFC 6052), which IPv6-only networks need for every IPv4 host.
_CARRIES_IPV4 = (IPv6Network("::ffff:0:0/96"), IPv6Network("64:ff9b::/96"))

Address = IPv4Address | IPv6Address
#: what every spelling of an address is made of, and few names are
_LIKE_ADDRESS = re.compile(r"[0-9A-Fa-fXx.:]*\Z")


def plain_address(text: str) -> Address | None:
    """Read an IP address in any spelling that ``connect`` would accept, or return None where it is a host name.

    >>> plain_address("0x7f.1"), plain_address("2130706433"), plain_address("example.org")
    (IPv4Address('127.0.0.1'), IPv4Address('127.0.0.1'), None)
    """
    text = text.strip("[]").partition("%")[0]
    if not _LIKE_ADDRESS.match(text):  # nearly every name; the two attempts below are slow to fail
        return None
    try:
        address: Address = ip_address(text)
    except ValueError:
        try:
            return IPv4Address(socket.inet_aton(text.rstrip(".")))
        except (OSError, ValueError):
            return None
    if isinstance(address, IPv6Address) and any(address in network for network in _CARRIES_IPV4):
        return IPv4Address(address.packed[-4:])
    return address


def special(address: Address) -> str | None:
    """Say what kind of special address this is, or None where it is public.

    >>> special(ip_address("169.254.169.254")), special(ip_address("9.9.9.9"))
    ('link-local', None)
    """
    return next((what for network, what in _SPECIAL if address in network), None)


class Guard:
    """Refuses addresses that are not public, unless they are allowed by host name or CIDR range.

    ``allow`` is checked when made: an entry with a slash must be a CIDR range, anything else is a host name or
    one address (``UserError``). ``allow_private_networks`` switches the refusing off. Safe in any thread.
    """

    def __init__(self, *, allow_private_networks: bool = False, allow: Sequence[str] = ()) -> None:
        self._open = allow_private_networks
        entries = [entry.strip().lower() for entry in allow]
        self._networks = tuple(_network(entry) for entry in entries if "/" in entry)
        self._hosts = frozenset(_spelling(entry) for entry in entries if "/" not in entry)

    def trusts(self, host: str) -> bool:
        """Tell whether ``host`` may be asked wherever it leads."""
        return self._open or _spelling(host) in self._hosts

    def check_host(self, host: str) -> None:
        """Raise ``AddressRefused`` where ``host`` is an address, in whatever spelling, that may not be asked."""
        if (address := plain_address(host)) is not None:
            self.check(host, str(address))

    def check(self, host: str, address: str) -> None:
        """Raise ``AddressRefused`` where ``address``, to which ``host`` leads, may not be asked."""
        if self.trusts(host):
            return
        known = plain_address(address)
        what = special(known) if known is not None else "not an IP address"
        if what is None or (known is not None and any(known in network for network in self._networks)):
            return
        raise AddressRefused(
            f"{host} leads to {address}, which is not a public address ({what}); "
            "if that is meant, list the host or its range under fetch.allow in config/settings.yml"
        )


def _network(entry: str) -> IPv4Network | IPv6Network:
    try:
        return ip_network(entry, strict=False)
    except ValueError as error:
        raise UserError(f"fetch.allow: {entry!r} is no CIDR range such as 10.0.0.0/8: {error}") from error


def _spelling(host: str) -> str:
    """One spelling a host: lower case, no trailing dot, addresses as ``ipaddress`` writes them."""
    address = plain_address(host)
    return host.lower().rstrip(".") if address is None else str(address)
