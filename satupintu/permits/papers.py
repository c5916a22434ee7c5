"""The parts that all signed papers share, and the letter that suspends, resumes or revokes."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from django.conf import settings

from satupintu import workflow
from satupintu.catalogue import queries as catalogue
from satupintu.offices import queries as offices
from satupintu.people import queries as people

if TYPE_CHECKING:
    from satupintu.offices.models import Office
    from satupintu.people.queries import HeldPost
    from satupintu.permits.models import Decision

Data = dict[str, Any]

MONTHS = [
    "Januari",
    "Februari",
    "Maret",
    "April",
    "Mei",
    "Juni",
    "Juli",
    "Agustus",
    "September",
    "Oktober",
    "November",
    "Desember",
]
ACTS = {
    "suspend": ("Pembekuan", "Membekukan", "tidak boleh dipakai sampai diaktifkan kembali"),
    "resume": ("Pengaktifan kembali", "Mengaktifkan kembali", "berlaku lagi"),
    "revoke": ("Pencabutan", "Mencabut", "tidak berlaku lagi"),
}


def long_date(day: date) -> str:
    """20 November 2026, as official letters write it."""
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"


def letterhead(office: Office) -> Data:
    city = offices.city()
    contact = {**city.contact, **office.contact}
    parts = [
        f"Telepon {contact['phone']}" if contact.get("phone") else "",
        contact.get("email", ""),
        settings.BASE_URL.split("//")[1],
    ]
    return {
        "government": city.government,
        **({"above": office.parent.name} if office.kind == "kelurahan" and office.parent else {}),
        "office": office.name,
        "address": contact.get("address", city.name),
        "contact": " · ".join(part for part in parts if part),
    }


def signer_block(post: HeldPost, account_id: int) -> Data:
    account = people.account(account_id)
    return {
        "place": offices.city().short_name,
        "date": offices.today().isoformat(),
        "job": post.post_name,
        **({"acting": f"{post.acting}."} if post.acting else {}),
        "name": account.name,
        "rank": account.rank,
        "nip": account.nip,
        "electronic": True,
    }


def signer_role(definition: Data) -> str:
    """Who signs permits of this service also signs their suspension and revocation."""
    signing = [
        step for step in workflow.steps({"main": definition["process"]}) if step["kind"] == "sign"
    ]
    return str(signing[-1]["role"])


def decision(drafted: Decision, *, signer: HeldPost, account_id: int) -> Data:
    """The letter of a sanction, in the form of a head's decision."""
    permit = drafted.permit
    name = permit.holder.display_name
    noun, verb, effect = ACTS[drafted.kind]
    about = f"{noun} {permit.title} atas nama {name}"
    definition = permit.service_version.definition
    return {
        "title": f"{catalogue.text(definition['documents']['decision']['title'])}",
        "crest": "crest.svg",
        "letterhead": letterhead(permit.office),
        "about": about,
        "authority": signer.post_name.upper(),
        "considering": [drafted.reason],
        "recalling": [
            drafted.ground,
            *(
                law
                for entry in definition["legal_basis"]
                if (law := catalogue.text(entry["title"])) != drafted.ground
            ),
        ],
        "decisions": [
            (
                f"{verb} {permit.title} nomor {permit.number} "
                f"tanggal {long_date(permit.valid_from)} atas nama {name}."
            ),
            f"Sejak keputusan ini ditandatangani, izin tersebut {effect}.",
            (
                "Pemegang izin dapat mengajukan keberatan tertulis paling lambat 21 hari kerja "
                "sejak menerima keputusan ini (UU 30/2014 pasal 77)."
            ),
        ],
        "signer": signer_block(signer, account_id),
        "provider": settings.SIGNATURE_PROVIDER,
    }
