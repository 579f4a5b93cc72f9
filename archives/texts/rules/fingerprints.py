"""Fingerprints by which nearly the same texts and pictures are recognised. Pure.

Texts: every shingle of five characters falls, by its hash, into one of 64 buckets, which keep their smallest hash; two
texts share about as many buckets as they share shingles. Pictures: 128 bits of dhash (rows and columns). Both are cut
into 16 bands: what is nearly the same has, all but surely, one band in common, and a band is looked up by an index.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from hashlib import blake2b

from archives.texts.rules.terms import fold

__all__ = [
    "PICTURE_BANDS",
    "bands_of_picture",
    "bands_of_text",
    "picture_likeness",
    "signature_of",
    "text_likeness",
]

SHINGLE, BUCKETS, BANDS = 5, 64, 16
ROWS = BUCKETS // BANDS
LEAST_SHINGLES = 40  # shorter texts say too little of themselves
MOST_CHARACTERS = 200_000
PICTURE_BANDS = 100  # numbers of a picture's bands begin here
Signature = Sequence[int | None]


def signature_of(text: str) -> list[int | None] | None:
    """64 numbers (32 bits; None: an empty bucket), or None for a text that is too short."""
    plain = re.sub(r"[\W_]+", "", fold(text))[:MOST_CHARACTERS]
    shingles = {plain[at : at + SHINGLE] for at in range(len(plain) - SHINGLE + 1)}
    if len(shingles) < LEAST_SHINGLES:
        return None
    buckets: list[int | None] = [None] * BUCKETS
    for shingle in shingles:
        number = int.from_bytes(blake2b(shingle.encode(), digest_size=8).digest(), "big")
        at, value = number % BUCKETS, number >> 32
        held = buckets[at]
        if held is None or value < held:
            buckets[at] = value
    return buckets


def bands_of_text(signature: Signature) -> list[tuple[int, int]]:
    """(band number, value of 63 bits) of each band that holds anything."""
    bands = []
    for number in range(BANDS):
        rows = signature[number * ROWS : (number + 1) * ROWS]
        if any(row is not None for row in rows):
            digest = blake2b(repr(list(rows)).encode(), digest_size=8).digest()
            bands.append((number, int.from_bytes(digest, "big") >> 1))
    return bands


def text_likeness(one: Signature, other: Signature) -> float:
    """About the share of shingles that two texts have in common, 0 to 1."""
    pairs = [(a, b) for a, b in zip(one, other, strict=True) if a is not None or b is not None]
    return sum(a == b for a, b in pairs) / len(pairs) if pairs else 0.0


def bands_of_picture(picture_hash: str) -> list[tuple[int, int]]:
    """(band number, byte) of a dhash of 32 hexadecimal digits; a flat picture (all zero) has none."""
    octets = bytes.fromhex(picture_hash)
    return [(PICTURE_BANDS + at, octet) for at, octet in enumerate(octets)] if any(octets) else []


def picture_likeness(one: str, other: str) -> float:
    """Share of equal bits, 0 to 1."""
    differing = (int(one, 16) ^ int(other, 16)).bit_count()
    return 1 - differing / 128
