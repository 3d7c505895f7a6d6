"""DER, only as much of it as a signature needs: written out directly, it costs microseconds."""

from functools import cache

NULL = b"\x05\x00"


def tlv(tag, *parts) -> bytes:
    """One element: its tag, its length in the shortest form, its content."""
    body = b"".join(parts)
    size = len(body)
    if size < 128:
        return bytes((tag, size)) + body
    length = size.to_bytes((size.bit_length() + 7) // 8, "big")
    return bytes((tag, 0x80 | len(length))) + length + body


def sequence(*parts) -> bytes:
    return tlv(0x30, *parts)


def set_of(*parts) -> bytes:
    """A set, sorted as DER demands."""
    return tlv(0x31, *sorted(parts))


def octets(content) -> bytes:
    return tlv(0x04, content)


def integer(number) -> bytes:
    """A whole number that is not negative."""
    return tlv(0x02, number.to_bytes(number.bit_length() // 8 + 1, "big"))


def moment(at) -> bytes:
    """A GeneralizedTime in UTC, to the second (`at` is in UTC)."""
    return tlv(0x18, at.strftime("%Y%m%d%H%M%SZ").encode())


@cache
def oid(dotted) -> bytes:
    first, second, *rest = (int(arc) for arc in dotted.split("."))
    return tlv(0x06, *(_base128(arc) for arc in (first * 40 + second, *rest)))


def _base128(arc):
    groups = [arc & 0x7F]
    while arc := arc >> 7:
        groups.append(0x80 | arc & 0x7F)
    return bytes(reversed(groups))


def whole(content) -> int:
    """How many bytes the first element of a content takes, by its own header."""
    if len(content) < 2:
        raise ValueError("no element")
    short = content[1]
    if short < 0x80:
        return 2 + short
    width = short & 0x7F
    return 2 + width + int.from_bytes(content[2 : 2 + width], "big")
