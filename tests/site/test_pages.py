"""How pages write money, days, times and questions."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from django.http import QueryDict
from django.template import Context, Template
from django.test import RequestFactory
from django.utils import translation

from satupintu.lib import fields, posted
from satupintu.offices.models import City
from satupintu.offices.queries import forget_calendars
from tests.world import ROOT

MORNING = datetime(2026, 11, 20, 1, 5, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _palu(db: None) -> None:
    City.objects.create(
        id=1,
        code="72.71",
        name="Kota Contoh",
        short_name="Contoh",
        zone="Asia/Makassar",
        hours={"opens": "08:00", "closes": "16:00", "weekdays": ["mon", "tue", "fri"]},
    )
    forget_calendars()


def _page(text: str, **values: Any) -> str:
    values.setdefault("request", RequestFactory().get("/?q=1"))
    return Template(text).render(Context(values))


@pytest.mark.parametrize(
    ("written", "indonesian", "english"),
    [
        ("{{ v|rupiah }}", "Rp\u00a01.250.000", "Rp\u00a01.250.000"),
        ("{{ v|number }}", "1.250.000", "1,250,000"),
        ("{{ v|size }}", "1,2 MB", "1.2 MB"),
    ],
)
def test_amounts_are_written_in_the_language_of_the_page(
    written: str, indonesian: str, english: str
) -> None:
    value = Decimal(1250000)
    assert _page(written, v=value) == indonesian
    with translation.override("en"):
        assert _page(written, v=value) == english


def test_days_and_times_are_those_of_the_city_with_its_zone() -> None:
    assert _page("{{ v|moment }}", v=MORNING) == "20 November 2026 pukul 09.05 WITA"
    assert _page("{{ v|weekday }}", v=date(2026, 11, 25)) == "Rabu, 25 November 2026"
    assert _page("{{ v|short_day }}", v=date(2026, 8, 17)) == "17 Agu 2026"
    late = datetime(2026, 11, 20, 23, 30, tzinfo=UTC)
    assert _page("{{ v|day }}", v=late) == "21 November 2026"
    with translation.override("en"):
        assert _page("{{ v|clock }}", v=MORNING) == "09:05 WITA"
    assert _page("{% opening_hours %}") == "Senin, Selasa, Jumat 08.00–16.00 WITA"


def test_a_deadline_says_in_words_what_its_colour_says() -> None:
    assert "Terlambat 1 hari kerja" in _page("{% due d -1 %}", d=date(2026, 11, 18))
    assert "2 hari kerja lagi" in _page("{% due d 2 %}", d=date(2026, 11, 18))
    assert "Hari ini" in _page("{% due d 0 %}", d=date(2026, 11, 20))
    saturday = _page("{% due d 0 True %}", d=date(2026, 11, 20))
    assert "Terlambat" in saturday
    assert "Hari ini" not in saturday


def test_values_inside_a_text_are_escaped() -> None:
    assert _page('{% t "Halo <b>{n}</b>" "Hello" n=name %}', name="<i>") == "Halo <b>&lt;i&gt;</b>"


QUESTIONS = (
    {"code": "lahir", "type": "date", "label": "Tanggal lahir", "required": True},
    {"code": "titik", "type": "geo", "label": "Titik"},
    {
        "code": "alat",
        "type": "checkbox",
        "label": "Alat",
        "options": [{"code": "a", "name": "A"}, {"code": "b", "name": "B"}],
    },
    {
        "code": "papan",
        "type": "table",
        "label": "Papan",
        "columns": [
            {"code": "isi", "type": "text", "label": "Isi", "required": True},
            {"code": "pasang", "type": "date", "label": "Dipasang"},
        ],
    },
)
TYPED = (
    "lahir_day=7&lahir_month=3&lahir_year=1990&titik_lat=-0,9&titik_lon=119.87&alat=a&alat=b"
    "&papan-0-isi=Toko&papan-0-pasang_day=1&papan-0-pasang_month=2&papan-0-pasang_year=2026"
    "&papan-1-isi=Warung"
)


def test_what_the_fields_post_can_be_cleaned() -> None:
    raw = posted.read(QUESTIONS, QueryDict(TYPED))
    answers, errors = fields.clean(QUESTIONS, raw, facts={})
    assert not errors
    assert answers == {
        "lahir": "1990-03-07",
        "titik": {"lat": "-0.9", "lon": "119.87"},
        "alat": ["a", "b"],
        "papan": [{"isi": "Toko", "pasang": "2026-02-01"}, {"isi": "Warung"}],
    }


def test_rows_come_and_go_without_javascript() -> None:
    more = posted.read(QUESTIONS, QueryDict(f"{TYPED}&_add=papan"))
    less = posted.read(QUESTIONS, QueryDict(f"{TYPED}&_remove=papan-0"))
    assert [row.get("isi", "") for row in more["papan"]] == ["Toko", "Warung", ""]
    assert [row["isi"] for row in less["papan"]] == ["Warung"]


def test_a_wrong_answer_stays_beside_its_reason() -> None:
    shown = _page(
        "{% error_summary e %}{% question q a e %}",
        q=QUESTIONS[0],
        a={"lahir": "31-2-1990"},
        e={"lahir": "Isi tanggal yang ada"},
    )
    assert 'href="#id_lahir"' in shown
    assert shown.count("Isi tanggal yang ada") == 2
    assert 'value="31"' in shown
    assert 'autocomplete="bday-day"' not in shown


def test_no_template_writes_a_day_or_time_in_the_zone_of_the_server() -> None:
    """Django's own `date` turns a time back to UTC; ours know the zone of the city."""
    wrong = [
        f"{path.relative_to(ROOT)}: {found}"
        for path in (ROOT / "satupintu").rglob("*.html")
        for found in re.findall(r"\|\s*(?:date|time):[\"'][^U].*?[\"']", path.read_text())
    ]
    assert not wrong, "\n".join(wrong)


def test_no_link_takes_its_address_from_another_block() -> None:
    """What `as` names is forgotten at the end of its block: the link would lead to itself."""
    wrong = []
    for path in (ROOT / "satupintu").rglob("*.html"):
        text = path.read_text()
        for block in re.split(r"\{% block \w+ %\}", text)[1:]:
            wrong += [
                f"{path.relative_to(ROOT)}: {name}"
                for name in re.findall(r'href="\{\{ (\w+) \}\}"', block)
                if f"as {name} %}}" in text and f"as {name} %}}" not in block
            ]
    assert not wrong, "\n".join(wrong)
