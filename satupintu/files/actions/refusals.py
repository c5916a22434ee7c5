"""Why a file is not taken, each reason with its own sentence."""

from __future__ import annotations

from satupintu.lib.errors import Refused, Text, both


class NotKept(Refused):
    """The file was not taken; one subclass per reason."""


class Empty(NotKept):
    pass


class TooLarge(NotKept):
    pass


class WrongType(NotKept):
    pass


class Encrypted(NotKept):
    pass


class Broken(NotKept):
    pass


class Active(NotKept):
    pass


class TooComplex(NotKept):
    pass


class NoRoom(NotKept):
    pass


class Enough(NotKept):
    """One person has sent as much as one person may for now."""


class Infected(NotKept):
    pass


class NotScanned(NotKept):
    """The virus scanner of this installation did not answer; nothing is taken unscanned."""


class NoAnswer(Exception):
    """What a virus scanner's plug raises when it can not say whether a file is clean."""


PROBLEMS: dict[str, tuple[type[NotKept], Text]] = {
    "encrypted": (
        Encrypted,
        both(
            "PDF ini dikunci dengan kata sandi. Simpan ulang tanpa kata sandi, lalu unggah lagi",
            "This PDF is locked with a password. Save it without a password, then upload it again",
        ),
    ),
    "broken": (
        Broken,
        both(
            "Berkas ini rusak dan tidak bisa dibuka. Simpan ulang, lalu unggah lagi",
            "This file is damaged and can not be opened. Save it anew, then upload it again",
        ),
    ),
    "active": (
        Active,
        both(
            "PDF ini berisi program atau lampiran tersembunyi. Cetak ke PDF, lalu unggah hasilnya",
            "This PDF holds a program or hidden attachments. Print it to PDF and upload that",
        ),
    ),
    "pixels": (
        TooComplex,
        both(
            "Gambar ini lebih dari 60 megapiksel. Perkecil ukuran gambarnya, lalu unggah lagi",
            "This picture has more than 60 megapixels. Make it smaller, then upload it again",
        ),
    ),
    "complex": (
        TooComplex,
        both(
            "Berkas ini terlalu rumit. Cetak atau pindai ulang menjadi PDF, lalu unggah lagi",
            "This file is too complicated. Print or scan it to PDF, then upload it again",
        ),
    ),
}
