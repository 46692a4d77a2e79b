"""WOFF: fonts as the web sends them, WOFF and WOFF2, unpacked to what they were made from.

fontTools makes objects of every outline to unpack it: 4 s for a whole Japanese face, which takes 0.8 s here.
Source: WOFF File Format 1.0 and 2.0 (W3C); their sections are named below.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from itertools import accumulate
from struct import pack, unpack_from

MOST_UNPACKED = 64_000_000  # bytes; a complete Japanese face has 5–16 MB
_MOST_POINTS = 4_000_000  # of outlines; such a face has 1–2.5 million


class BadWoff(ValueError):
    """A file that unpacks to nothing sound. Damaged ones may also raise IndexError, struct.error and zlib.error."""


def sfnt(data: bytes) -> bytes:
    """The TrueType or OpenType font in a WOFF or WOFF2 file. Raises BadWoff; damaged ones raise others, too."""
    tables = dict(_tables1(data) if data[:4] == b"wOFF" else _tables2(data))
    at, directory, body = 12 + 16 * len(tables), [], []
    for tag, table in sorted(tables.items()):
        directory.append(tag + pack(">III", 0, at, len(table)))
        body.append(table + bytes(-len(table) % 4))
        at += len(body[-1])
    # No checksums, and none of the figures for a binary search: neither HarfBuzz nor fontTools reads them.
    return data[4:8] + pack(">HHHH", len(tables), 0, 0, 0) + b"".join(directory) + b"".join(body)


def _tables1(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    """WOFF 1.0, 4 and 5."""
    total = 0
    for entry in range(unpack_from(">H", data, 12)[0]):
        tag, offset, packed, plain = unpack_from(">4sIII", data, 44 + 20 * entry)
        total += plain
        if total > MOST_UNPACKED or offset + packed > len(data):
            raise BadWoff("the font unpacks to more than it may, or is cut short")
        table = data[offset : offset + packed]
        if packed < plain:
            unzip = zlib.decompressobj()
            table = unzip.decompress(table, plain)
            if unzip.unconsumed_tail:
                raise BadWoff("a table of the font is longer than it says")
        yield tag, table


def _tables2(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    """WOFF2, 4.1 and 5."""
    from fontTools.ttLib.woff2 import woff2KnownTags  # type: ignore[import-untyped]

    declared, packed = unpack_from(">II", data, 16)
    if declared > MOST_UNPACKED or packed > len(data):
        raise BadWoff("the font unpacks to more than it may, or is cut short")
    position, entries = 48, []
    for _ in range(unpack_from(">H", data, 12)[0]):
        flags = data[position]
        position += 1
        tag = woff2KnownTags[flags & 0x3F].encode() if flags & 0x3F != 0x3F else data[position : position + 4]
        position += 4 if flags & 0x3F == 0x3F else 0
        length, position = _base128(data, position)
        # Outlines are transformed unless they say version 3, everything else if it says one at all.
        transformed = flags >> 6 != 3 if tag in (b"glyf", b"loca") else flags >> 6 != 0
        if transformed:
            length, position = _base128(data, position)
        entries.append((tag, length, transformed))
    stream, at = _stream(data[position : position + packed]), 0
    plain: dict[bytes, bytes] = {}
    changed: dict[bytes, bytes] = {}
    for tag, length, transformed in entries:
        if at + length > len(stream):
            raise BadWoff("the font file is cut short")
        (changed if transformed else plain)[tag] = stream[at : at + length]
        at += length
    if b"glyf" in changed:
        outlines = _Outlines(changed[b"glyf"])
        plain |= {b"glyf": outlines.glyf, b"loca": outlines.loca}
        plain[b"head"] = plain[b"head"][:50] + b"\0\1" + plain[b"head"][52:]  # whose places are long ones
        if b"hmtx" in changed:
            plain[b"hmtx"] = _widths(changed[b"hmtx"], outlines.lefts, unpack_from(">H", plain[b"hhea"], 34)[0])
    if more := changed.keys() - plain.keys():
        raise BadWoff(f"the font's table {min(more).decode('latin-1')!r} is packed in a way that no reader knows")
    yield from plain.items()


def _stream(packed: bytes) -> bytes:
    import brotli  # type: ignore[import-untyped]

    unpacker, found = brotli.Decompressor(), bytearray()
    found += unpacker.process(packed, output_buffer_limit=1 << 20)
    while not unpacker.is_finished():
        chunk = unpacker.process(b"", output_buffer_limit=1 << 20)
        found += chunk
        if len(found) > MOST_UNPACKED:
            raise BadWoff("the font unpacks to more than it may")
        if not chunk and not unpacker.is_finished():
            raise BadWoff("the font file is cut short")
    return bytes(found)


def _base128(data: bytes, position: int) -> tuple[int, int]:
    """A number and the place after it. WOFF2, 4.1, UIntBase128."""
    number = 0
    for length in range(5):
        byte = data[position + length]
        number = number << 7 | byte & 0x7F
        if byte < 0x80:
            return number, position + length + 1
    raise BadWoff("the table directory of the font is broken")


class _Outlines:
    """The tables glyf and loca of a transformed glyf, and the left edge of each glyph. WOFF2, 5.1 and 5.2."""

    def __init__(self, data: bytes) -> None:
        options, count, _, *sizes = unpack_from(">HHH7I", data, 2)
        streams, at = [], 36
        for size in sizes:
            streams.append(data[at : at + size])
            at += size
        contours, self._points, self._flags, self._places, self._composites, boxes, self._code = streams
        self._point = self._flag = self._place = self._composite = self._instruction = self._seen = 0
        overlaps, wide = data[at:], 4 * (count + 31 >> 5)
        box = wide
        glyphs: list[bytes] = []
        self.lefts: list[int] = []
        places = [0]
        for glyph, (number,) in enumerate(_shorts(contours, count)):
            bit = 0x80 >> (glyph & 7)
            given = b""
            if boxes[glyph >> 3] & bit:
                given = boxes[box : box + 8]
                box += 8
            if number == 0:
                made = b""
            elif number == -1:
                made = b"\xff\xff" + given + self._made_of_others()
            else:
                made = self._simple(number, given, bool(options & 1 and overlaps[glyph >> 3] & bit))
            self.lefts.append(unpack_from(">h", made, 2)[0] if made else 0)
            glyphs.append(made + bytes(-len(made) % 4))
            places.append(places[-1] + len(glyphs[-1]))
        self.glyf, self.loca = b"".join(glyphs), pack(f">{len(places)}I", *places)

    def _simple(self, contours: int, given: bytes, overlaps: bool) -> bytes:
        ends, total = [], 0
        for _ in range(contours):
            number, self._point = _short255(self._points, self._point)
            total += number
            ends.append(total - 1)
        self._seen += total
        if self._seen > _MOST_POINTS:
            raise BadWoff(f"the font has more than {_MOST_POINTS:,} points in its outlines")
        flags = bytearray()
        xs: list[bytes] = []
        ys: list[bytes] = []
        right: list[int] = []
        up: list[int] = []
        data, at = self._places, self._place
        for code in self._flags[self._flag : self._flag + total]:
            kind = code & 0x7F
            if kind < 84:
                step = _NEAR[kind][data[at]]
                at += 1
            else:
                step, at = _far(kind, data, at)
            flag, x, y, dx, dy = step
            flags.append(flag if code & 0x80 else flag | 1)
            xs.append(x)
            ys.append(y)
            right.append(dx)
            up.append(dy)
        if len(flags) != total or at > len(data):
            raise BadWoff("the font file is cut short")
        if flags and overlaps:
            flags[0] |= 0x40
        self._flag += total
        length, self._place = _short255(data, at)
        orders = self._code[self._instruction : self._instruction + length]
        self._instruction += length
        if not given:
            given = _box(right, up)
        head = pack(">h", contours) + given + pack(f">{contours}H", *ends) + pack(">H", len(orders)) + orders
        return head + flags + b"".join(xs) + b"".join(ys)

    def _made_of_others(self) -> bytes:
        start, more, coded = self._composite, True, False
        while more:
            (flags,) = unpack_from(">H", self._composites, self._composite)
            more, coded = bool(flags & 0x20), coded or bool(flags & 0x100)
            scale = 2 if flags & 0x8 else 4 if flags & 0x40 else 8 if flags & 0x80 else 0
            self._composite += 4 + (4 if flags & 1 else 2) + scale
        made = self._composites[start : self._composite]
        if coded:
            length, self._place = _short255(self._places, self._place)
            made += pack(">H", length) + self._code[self._instruction : self._instruction + length]
            self._instruction += length
        return made


def _shorts(data: bytes, count: int) -> Iterator[tuple[int]]:
    return ((number,) for number in unpack_from(f">{count}h", data))


def _short255(data: bytes, at: int) -> tuple[int, int]:
    """A number and the place after it. WOFF2, 4.1, 255UInt16."""
    first = data[at]
    if first < 253:
        return first, at + 1
    if first == 253:
        return unpack_from(">H", data, at + 1)[0], at + 3
    return data[at + 1] + (253 if first == 255 else 506), at + 2


def _box(right: list[int], up: list[int]) -> bytes:
    xs, ys = list(accumulate(right)), list(accumulate(up))
    return pack(">4h", min(xs), min(ys), max(xs), max(ys)) if xs else bytes(8)


_Step = tuple[int, bytes, bytes, int, int]  # a point's flag as TrueType has it, its bytes, and how far it is


def _step(dx: int, dy: int) -> _Step:
    across, x = _coded(dx)
    along, y = _coded(dy)
    return across << 1 | along << 2, x, y, dx, dy


def _coded(way: int) -> tuple[int, bytes]:
    """Bits 0 and 3 of its flag ("short" and "positive, or the same"), and its bytes."""
    if way == 0:
        return 8, b""
    if -256 < way < 256:
        return (9, bytes((way,))) if way > 0 else (1, bytes((-way,)))
    return 0, pack(">h", way)


def _signed(bit: int, way: int) -> int:
    return way if bit & 1 else -way


def _near(kind: int, byte: int) -> _Step:
    """WOFF2, 5.2, the triplets of one byte."""
    if kind < 10:
        return _step(0, _signed(kind, ((kind & 14) << 7) + byte))
    if kind < 20:
        return _step(_signed(kind, ((kind - 10 & 14) << 7) + byte), 0)
    base = kind - 20
    dx, dy = 1 + (base & 0x30) + (byte >> 4), 1 + ((base & 0x0C) << 2) + (byte & 0x0F)
    return _step(_signed(kind, dx), _signed(kind >> 1, dy))


def _far(kind: int, data: bytes, at: int) -> tuple[_Step, int]:
    """WOFF2, 5.2, the triplets of two, three and four bytes, and the place after it."""
    if kind < 120:
        base = kind - 84
        dx, dy, size = 1 + (base // 12 << 8) + data[at], 1 + (base % 12 >> 2 << 8) + data[at + 1], 2
    elif kind < 124:
        dx, dy, size = (data[at] << 4) + (data[at + 1] >> 4), ((data[at + 1] & 0x0F) << 8) + data[at + 2], 3
    else:
        dx, dy, size = (data[at] << 8) + data[at + 1], (data[at + 2] << 8) + data[at + 3], 4
    return _step(_signed(kind, dx), _signed(kind >> 1, dy)), at + size


class _Near(dict[int, list[_Step]]):
    """All that a triplet of one byte can say, by its kind, once somebody asks."""

    def __missing__(self, kind: int) -> list[_Step]:
        made = self[kind] = [_near(kind, byte) for byte in range(256)]
        return made


_NEAR = _Near()


def _widths(data: bytes, lefts: list[int], wide: int) -> bytes:
    """The table hmtx of a transformed one. WOFF2, 5.4."""
    flags, at = data[0], 1
    widths = unpack_from(f">{wide}H", data, at)
    at += 2 * wide
    first, rest = lefts[:wide], lefts[wide:]
    if not flags & 1:
        first = list(unpack_from(f">{wide}h", data, at))
        at += 2 * wide
    if not flags & 2:
        rest = list(unpack_from(f">{len(rest)}h", data, at))
    pairs = b"".join(pack(">Hh", width, left) for width, left in zip(widths, first, strict=True))
    return pairs + pack(f">{len(rest)}h", *rest)
