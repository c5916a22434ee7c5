"""The word and the colour of every status that people see; never the colour alone."""

from __future__ import annotations

from typing import NamedTuple


class Status(NamedTuple):
    tone: str  # neutral | info | warn | ok | err
    id: str
    en: str


STATUSES = {
    # a case
    "draft": Status("neutral", "Draf", "Draft"),
    "submitted": Status("info", "Terkirim", "Sent"),
    "in_review": Status("info", "Diperiksa", "In review"),
    "waiting": Status("warn", "Menunggu Anda", "Waiting for you"),
    "correction": Status("warn", "Perlu perbaikan", "Needs correction"),
    "appeal": Status("warn", "Boleh banding", "May be appealed"),
    "unpaid": Status("warn", "Menunggu pembayaran", "Awaiting payment"),
    "approved": Status("ok", "Disetujui", "Approved"),
    "issued": Status("ok", "Terbit", "Issued"),
    "rejected": Status("err", "Ditolak", "Rejected"),
    "cancelled": Status("neutral", "Dibatalkan", "Cancelled"),
    "withdrawn": Status("neutral", "Ditarik pemohon", "Withdrawn"),
    # a permit
    "signing": Status("info", "Sedang ditandatangani", "Being signed"),
    "unsigned": Status("warn", "Belum ditandatangani", "Not signed yet"),
    "valid": Status("ok", "Berlaku", "Valid"),
    "suspended": Status("warn", "Dibekukan", "Suspended"),
    "revoked": Status("err", "Dicabut", "Revoked"),
    "void": Status("neutral", "Batal terbit", "Never issued"),
    "expired": Status("neutral", "Kedaluwarsa", "Expired"),
    # a bill
    "open": Status("warn", "Belum dibayar", "Unpaid"),
    "paid": Status("ok", "Lunas", "Paid"),
    # a part of the application, in the task list
    "todo": Status("neutral", "Belum diisi", "Not started"),
    "started": Status("info", "Sedang diisi", "In progress"),
    "done": Status("ok", "Selesai", "Done"),
    "blocked": Status("neutral", "Belum bisa dimulai", "Cannot start yet"),
    # a file
    "missing": Status("neutral", "Belum ada", "None yet"),
    "uploaded": Status("ok", "Terunggah", "Uploaded"),
    "failed": Status("err", "Gagal", "Failed"),
    "fits": Status("ok", "Sesuai", "Accepted"),
    "fix": Status("warn", "Perlu perbaikan", "Needs correction"),
    # a message on its way
    "queued": Status("info", "Menunggu dikirim", "Queued"),
    "sent": Status("ok", "Dikirim", "Sent"),
}
