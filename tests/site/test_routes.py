"""Nobody gets in where they do not belong: every address, everybody, GET and POST."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import pytest
from django.urls import get_resolver
from django.urls.resolvers import URLPattern, URLResolver

from satupintu.cases.models import Case, Task
from satupintu.journal.models import Entry
from satupintu.offices import queries as offices
from tests.browsing import text_of_pdf
from tests.site import stage
from tests.site.stage import BUILDING, NURSE, PEOPLE, POSTS, SIGN, SKP, client_of, house
from tests.world import Rows, World, outside, world

__all__ = ["house", "outside", "world"]

pytestmark = pytest.mark.django_db(transaction=True)

ACTORS = ("anonymous", *PEOPLE, *POSTS)
# Rights with which a colleague of the case's office reads the whole case.
READ_ALL = {"assign", "counter", "audit", "handover", "sanction"}

Allowed = Callable[[str, dict[str, Any]], bool]


class Rule(NamedTuple):
    """Who may open the address, and what stands in it (a place of stage.places())."""

    may: Allowed
    at: str = "none"
    post: dict[str, Any] | None = None  # what a rival would send, if more than nothing


def role(actor: str) -> str:
    return actor.partition("@")[0] if "@" in actor else ""


def rights(actor: str) -> set[str]:
    if not actor.endswith("@dpmptsp"):
        return set()
    return set(next(one.rights for one in offices.roles() if one.code == role(actor)))


def everybody(actor: str, place: dict[str, Any]) -> bool:
    return True


def signed_in(actor: str, place: dict[str, Any]) -> bool:
    return actor != "anonymous"


def officer(actor: str, place: dict[str, Any]) -> bool:
    return "@" in actor


def nobody(actor: str, place: dict[str, Any]) -> bool:
    """Of no city or session that this one knows."""
    return False


def owner(actor: str, place: dict[str, Any]) -> bool:
    return actor == "siti"


def owner_or_counter(actor: str, place: dict[str, Any]) -> bool:
    return actor == "siti" or "counter" in rights(actor)


def right(wanted: str) -> Allowed:
    return lambda actor, place: wanted in rights(actor)


def reader(actor: str, place: dict[str, Any]) -> bool:
    """A colleague with a reading right, or whoever has or had a step of this very case."""
    had = {
        f"{task.role}@{task.office.code}"
        for task in Task.objects.filter(case__number=place["number"]).select_related("office")
    }
    return bool(rights(actor) & READ_ALL) or actor in had


def worker(actor: str, place: dict[str, Any]) -> bool:
    task = Task.objects.select_related("office").get(pk=place["task_id"])
    return actor == f"{task.role}@{task.office.code}"


def reads_permits(actor: str, place: dict[str, Any]) -> bool:
    return bool(rights(actor) & READ_ALL)


def prints(actor: str, place: dict[str, Any]) -> bool:
    return bool(rights(actor) & {"counter", "handover"})


def payer_or_cashier(actor: str, place: dict[str, Any]) -> bool:
    return actor == "siti" or "cashier" in rights(actor)


def keeper(actor: str, place: dict[str, Any]) -> bool:
    return actor == "verifikator@dpmptsp"


def asked(actor: str, place: dict[str, Any]) -> bool:
    return actor == "tim_teknis@dinkes"


def head(actor: str, place: dict[str, Any]) -> bool:
    return role(actor) == "kepala_dinas"


def dropper(actor: str, place: dict[str, Any]) -> bool:
    """The section head, who proposed it, and the head, who would sign it."""
    return role(actor) in {"kabid", "kepala_dinas"}


def nobody_here(actor: str, place: dict[str, Any]) -> bool:
    return actor == "andi"


CHECKED, ADVISED, VISITED = f"{SKP}:verifikasi", f"{SKP}:rekomendasi", f"{SIGN}:tinjau"
LEVIED, DRAFTED, DRAFT = f"{BUILDING}:penetapan", f"{BUILDING}:konsep", f"{NURSE}:draft"
FORWARD = {"act": "forward", "version": "1"}

RULES: dict[str, Rule] = {
    **dict.fromkeys(
        (
            "stylesheet", "crest", "manifest", "worker", "offline", "health", "ready", "home",
            "robots", "security",
            "guides", "privacy", "accessibility", "session_now",
            "service_status", "directory", "reference_data", "catalogue:services", "cases:track",
            "cases:follow", "cases:guest_code", "permits:verify", "permits:keys",
            "permits:checkpoint", "journal:checkpoint", "journal:kunci", "-",
        ),
        Rule(everybody),
    ),
    "metrics": Rule(nobody),  # who holds the token of the settings
    "catalogue:purposes": Rule(nobody),  # for letters, of which this city gives none
    "cases:guest": Rule(nobody, CHECKED),  # this city's services all want an account
    "icon": Rule(everybody, "icon"),
    "guide": Rule(everybody, "guide"),
    "styleguide": Rule(everybody, "style"),
    **dict.fromkeys(
        ("catalogue:service", "catalogue:calculate", "catalogue:bpmn"), Rule(everybody, LEVIED)
    ),
    **dict.fromkeys(
        ("permits:document", "permits:-", "permits:proof", "permits:tile"),
        Rule(everybody, "permit"),
    ),
    **dict.fromkeys(("permits:shared", "permits:shared_file"), Rule(everybody, "share")),
    # one's own desk: whoever has nothing there sees an empty page
    **dict.fromkeys(
        (
            "desk", "session_stay", "session_unsent", "cases:home", "notifications:inbox",
            "people:profile", "people:company_new", "own_data", "own_data_file",
            "own_data_correction",
        ),
        Rule(signed_in),
    ),
    "cases:start": Rule(signed_in, CHECKED),
    # the applicant's own
    **dict.fromkeys(
        (
            "cases:draft", "cases:section", "cases:check", "cases:discard", "cases:files",
            "cases:upload", "cases:letter", "cases:remove_upload", "cases:download_upload",
            "cases:upload_page", "cases:upload_piece",
        ),
        Rule(owner, DRAFT),
    ),
    "cases:begin_upload": Rule(owner, DRAFT, {"name": "a.pdf", "size": "10"}),
    "cases:submit": Rule(owner, DRAFT, {"truth": "true"}),
    **dict.fromkeys(
        (
            "cases:sent", "cases:case", "cases:answers", "cases:message_file", "cases:withdraw",
            "cases:papers", "cases:paper",
        ),
        Rule(owner, CHECKED),
    ),
    "cases:appeal": Rule(owner_or_counter, CHECKED, {"answer": "accept"}),
    # without an account, but never without a link of one's own
    **dict.fromkeys(("cases:link", "cases:link_identity"), Rule(nobody, "permit", {"pin": "1"})),
    "people:device_end": Rule(nobody, "device"),  # of nobody's device: tests/people/test_devices.py
    "people:pin": Rule(nobody, "none", {"pin": "482913", "again": "482913"}),
    "cases:messages": Rule(owner, CHECKED, {"body": "Halo"}),
    "cases:correction": Rule(owner, CHECKED, {"confirmed": "true"}),
    "notifications:notice": Rule(owner, "notice"),
    "notifications:read": Rule(owner, "notice"),
    "people:company": Rule(nobody_here, "company"),
    **dict.fromkeys(
        ("levies:bill", "levies:bill_pdf", "levies:receipt_pdf"), Rule(payer_or_cashier, "bill")
    ),
    # the counter
    "cases:counter": Rule(right("counter"), "none", {"nik": "1872014107960002"}),
    "cases:counter_register": Rule(
        right("counter"), "none", {"nik": "1872015202610001", "name": "Sumiati"}
    ),
    # only whom the clerk has found by the number on the identity card
    "cases:counter_applicant": Rule(nobody, "person"),
    "cases:counter_start": Rule(nobody, "person", {"request_type": "baru"}),
    "cases:cancel_paid": Rule(right("counter"), DRAFTED, {"reason": "Diminta pemohon"}),
    **dict.fromkeys(
        ("cases:paper_blocks", "cases:paper_block", "cases:paper_sheets"),
        Rule(
            lambda actor, place: bool(rights(actor) & {"counter", "assign", "outage", "audit"}),
            "paper",
            {"form": "1", "reason": "Rusak"},
        ),
    ),
    # the case
    "cases:officer_case": Rule(reader, CHECKED),
    "cases:officer_file": Rule(reader, CHECKED),
    "cases:officer_original": Rule(reader, CHECKED, {"purpose": "detail"}),
    "cases:officer_page": Rule(reader, CHECKED),
    "cases:officer_paper": Rule(reader, VISITED),
    "cases:photo_image": Rule(reader, VISITED),
    "cases:draft_page": Rule(reader, DRAFTED),
    "cases:say": Rule(reader, CHECKED, {"body": "Halo", "kind": "note"}),
    "cases:act": Rule(worker, CHECKED, FORWARD),
    "cases:judge": Rule(worker, CHECKED, {"verdict": "fits"}),
    "cases:ask_opinion": Rule(
        worker, CHECKED, {"office": "putr", "question": "Boleh?", "days": "3"}
    ),
    **dict.fromkeys(
        (
            "cases:visit", "cases:findings", "cases:photo", "cases:minutes",
            "cases:approve_minutes",
        ),
        Rule(worker, VISITED, {"revision": "1", "conclusion": "fits", "text": "Sesuai"}),
    ),
    "cases:plan_visit": Rule(
        worker, VISITED, {"date": "2026-12-01", "time": "09:00", "place": "Di sana"}
    ),
    "cases:recommendation": Rule(worker, ADVISED, {"verdict": "agree", "text": "Baik"}),
    "cases:assessment": Rule(worker, LEVIED, {"version": "1"}),
    "cases:draft_document": Rule(worker, DRAFTED, {"note": "Halo", "version": "1"}),
    "cases:delete_filter": Rule(keeper, "filter"),
    "cases:opinion": Rule(asked, "opinion", {"verdict": "agree", "text": "Baik"}),
    "cases:opinion_page": Rule(asked, "opinion"),
    "cases:signing_result": Rule(nobody, "permit"),
    # issued documents
    **dict.fromkeys(
        ("cases:tasks", "cases:search", "cases:signing", "cases:opinions", "permits:list"),
        Rule(officer),
    ),
    "permits:register": Rule(reads_permits),
    "permits:register_csv": Rule(reads_permits),
    "permits:permit": Rule(reads_permits, "permit"),
    "permits:permit_file": Rule(reads_permits, "permit"),
    "permits:permit_print": Rule(prints, "permit"),
    "permits:share": Rule(owner, "permit", {"days": "7"}),
    "permits:unshare": Rule(owner, "share"),
    "permits:draft_decision": Rule(
        right("sanction"), "permit", {"kind": "revoke", "reason": "Coba", "ground": "UU"}
    ),
    "permits:decision": Rule(head, "permit", {"passphrase": "x"}),
    "permits:drop_decision": Rule(dropper, "permit", {"reason": "Salah izin"}),
    "permits:handovers": Rule(right("handover")),
    "permits:handover": Rule(
        right("handover"), "permit", {"to_name": "X", "proof": "KTP", "relation": "holder"}
    ),
    # money
    "levies:cashier": Rule(right("cashier")),
    "levies:close": Rule(right("cashier"), "none", {"counted": "0"}),
    "levies:collect": Rule(right("cashier"), "bill", {"cash_given": "900000"}),
    "levies:receipt": Rule(right("cashier"), "bill"),
    # the house
    "audit": Rule(right("audit")),
    "notifications:not_delivered": Rule(right("admin")),
    "notifications:send_again": Rule(right("admin"), "delivery"),
    "people:posts": Rule(right("admin")),
    "cases:units": Rule(right("admin")),
    "cases:retention": Rule(right("admin")),
    "cases:hold": Rule(right("admin"), CHECKED, {"act": "place", "reason": "X", "ground": "Y"}),
    "data_requests": Rule(right("admin")),
    "data_request": Rule(right("admin"), "data_request", {"outcome": "refused", "words": "Tidak"}),
    "catalogue:availability": Rule(right("admin"), "none", {"service": SKP, "reason": "Tutup"}),
    **dict.fromkeys(
        ("people:review", "people:review_csv"),
        Rule(lambda actor, place: bool(rights(actor) & {"admin", "audit"})),
    ),
    **dict.fromkeys(
        ("processing", "processing_csv"),
        Rule(lambda actor, place: bool(rights(actor) & {"admin_all", "audit"})),
    ),
    "people:staffing": Rule(right("admin")),
    "people:staffing_sample": Rule(right("admin")),
    "people:officer_new": Rule(right("admin"), "none", {"name": "X", "email": "x@x.example"}),
    **dict.fromkeys(
        (
            "people:post", "people:appoint", "people:mandate_new", "people:holding_end",
            "people:holding_decision",
            "people:mandate_end", "people:account", "people:account_disable",
            "people:account_enable", "people:account_sign_out", "people:pin_give",
        ),
        Rule(right("admin"), "post", {"contact": "andi@warga.example"}),
    ),
    # other systems; what a token opens is shown in tests/api
    **dict.fromkeys(("v1:openapi-json", "v1:list_services"), Rule(everybody)),
    "v1:get_service": Rule(everybody, CHECKED),
    **dict.fromkeys(("v1:get_calculator", "v1:calculate_fee"), Rule(everybody, LEVIED)),
    "v1:track": Rule(everybody, CHECKED),
    "v1:verify_token": Rule(everybody, "permit"),
    "v1:verify_number": Rule(everybody),
    "v1:api-root": Rule(nobody),
    **dict.fromkeys(
        (
            "v1:list_own_cases", "v1:list_notices", "v1:list_cases", "v1:list_tasks",
            "v1:list_webhooks", "v1:subscribe", "v1:list_applicants", "v1:begin_draft",
        ),
        Rule(nobody),
    ),
    **dict.fromkeys(
        (
            "v1:get_own_case", "v1:list_own_documents", "v1:get_own_document", "v1:send_message",
            "v1:get_case", "v1:get_draft", "v1:save_section", "v1:begin_upload", "v1:get_upload",
            "v1:send_piece", "v1:attach_file", "v1:send_draft",
        ),
        Rule(nobody, CHECKED),
    ),
    **dict.fromkeys(("v1:get_secret", "v1:unsubscribe"), Rule(nobody, "client")),
    "api:tokens": Rule(signed_in, "none", {"name": "X", "days": "30"}),
    "api:token_withdraw": Rule(owner, "client"),
    "api:clients": Rule(right("admin"), "none", {"name": "X", "office": "dpmptsp"}),
    "api:failed": Rule(right("admin")),
    **dict.fromkeys(
        ("api:client", "api:client_token", "api:client_close", "api:send_again"),
        Rule(right("admin"), "client"),
    ),
    "people:outages": Rule(right("outage"), "none", {"kind": "outage", "reason": "Iseng"}),
    "people:outage_end": Rule(right("outage"), "post"),
}  # fmt: skip
# Sign-in itself is the library's; what it asks of whom is shown in tests/people.
LIBRARY = ("account_", "mfa_", "usersessions_", "socialaccount_", "outside_", "people:passkey_")
# A look at a page may leave these traces: sessions, that it was read, and nothing else.
TRACES = {
    "people_throttle",
    "journal_entry",
    "cases_task",
    "cases_message",
    "usersessions_usersession",
}


class Route(NamedTuple):
    name: str
    path: str
    parameters: tuple[str, ...]


def routes() -> list[Route]:
    """Every address, from Django's own resolver."""

    def walk(patterns: list[Any], space: str, path: str) -> Iterator[Route]:
        for one in patterns:
            here = path + str(one.pattern)
            if isinstance(one, URLResolver):
                inner = f"{space}{one.namespace}:" if one.namespace else space
                yield from walk(one.url_patterns, inner, here)
            elif isinstance(one, URLPattern):
                parameters = tuple(re.findall(r"<(?:\w+:)?(\w+)>", here))
                yield Route(space + (one.name or "-"), "/" + here, parameters)

    return list(walk(get_resolver().url_patterns, "", ""))


def ours() -> list[Route]:
    return [route for route in routes() if not route.name.startswith(LIBRARY)]


def address(route: Route, place: dict[str, Any]) -> str:
    def value(match: re.Match[str]) -> str:
        return str(place[match[1]])

    return re.sub(r"<(?:\w+:)?(\w+)>", value, route.path).replace("^", "")


def everything() -> dict[str, bytes]:
    rows = Rows()
    rows.keep()
    return rows.tables


def changed(before: dict[str, bytes]) -> set[str]:
    now = everything()
    return {table for table in before.keys() | now.keys() if before.get(table) != now.get(table)}


def entered(answer: Any) -> bool:
    """Past the door: neither refused, nor sent to sign in, nor told that the method is wrong."""
    if answer.status_code == 302:
        return "/akun/login/" not in answer.url
    return answer.status_code not in (401, 403, 404, 405, 415)


def body(answer: Any) -> str:
    content = b"".join(answer.streaming_content) if answer.streaming else answer.content
    if answer.get("Content-Type") == "application/pdf":
        return text_of_pdf(content)
    return content.decode(errors="replace")


def test_every_address_has_a_rule_that_says_who_may_open_it() -> None:
    names = {route.name for route in ours()}

    assert names - RULES.keys() == set(), "new addresses need a rule here"
    assert RULES.keys() - names == set(), "rules of addresses that are gone"


def test_the_roles_of_the_pack_are_all_here(world: World) -> None:
    pack = {f"{post.role.code}@{post.office.code}" for post in offices.posts()}
    assert pack == POSTS.keys()


@pytest.mark.requirement("PLB-9-3", "PLB-9-4", "PLU-8-2-f", "PLU-1-17")
@pytest.mark.parametrize("actor", ACTORS)
def test_everybody_opens_what_is_theirs_and_nothing_else(actor: str, house: Any) -> None:
    world, places = house
    client = client_of(world, actor)
    before = everything()
    wrong = []
    for route in ours():
        rule = RULES[route.name]
        place = places[rule.at]
        url = address(route, place)
        may = rule.may(actor, place)
        answer = client.get(url)
        if answer.status_code >= 500:
            wrong.append(f"{route.name}: GET {url} {answer.status_code}")
        elif answer.status_code != 405 and entered(answer) != may:
            wrong.append(f"{route.name}: GET {url} {answer.status_code}, may: {may}")
        words = body(answer)
        if not may and actor != "siti" and "Siti Rahayu" in words:
            wrong.append(f"{route.name}: {url} tells of the case")
        if (not may or "@" not in actor) and stage.SECRET_NOTE in words:
            wrong.append(f"{route.name}: {url} shows an internal note")
    assert not wrong, "\n".join(wrong)

    # Looking changes nothing but the record that it was looked at.
    assert changed(before) <= TRACES
    seen = Entry.objects.order_by("-id")[: Entry.objects.count() - before_entries(before)]
    assert {entry.event for entry in seen} <= {"journal.ProtectedDataRead"}

    # Whoever may not look may not act either, whatever they send.
    before = everything()
    for route in ours():
        rule = RULES[route.name]
        place = places[rule.at]
        if rule.may(actor, place):
            continue
        sent = rule.post or {}
        if "version" in sent:
            sent = {**sent, "version": Case.objects.get(pk=place["case_id"]).version}
        answer = client.post(address(route, place), sent)
        if entered(answer) or answer.status_code >= 500:
            wrong.append(f"{route.name}: POST {answer.status_code}")
    assert not wrong, "\n".join(wrong)
    assert changed(before) == set()


def before_entries(tables: dict[str, bytes]) -> int:
    return tables["journal_entry"].count(b"\n")


@pytest.mark.requirement("PLU-8-2-f")
@pytest.mark.parametrize("actor", ["siti", "verifikator@dpmptsp", "kepala_dinas@dpmptsp"])
def test_numbers_that_nobody_has_are_not_found(actor: str, house: Any) -> None:
    """No crash, and no difference between what is missing and what is another's."""
    world, _ = house
    client = client_of(world, actor)
    wrong = []
    for route in ours():
        if not route.parameters or RULES[route.name].may is everybody:
            continue
        for strange in ("0", "999999999", "99999999999999999999999"):
            url = re.sub(r"<int:\w+>", strange, route.path)
            url = re.sub(r"<(?:\w+:)?\w+>", "2026-999999-XXX", url)
            for answer in (client.get(url), client.post(url)):
                if answer.status_code not in (401, 403, 404, 405, 415):
                    wrong.append(f"{route.name}: {url} {answer.status_code}")
    assert not wrong, "\n".join(wrong)


@pytest.mark.requirement("PLB-9-4")
def test_an_officer_without_a_second_factor_sees_no_page_but_its_setup(house: Any) -> None:
    from allauth.mfa.models import Authenticator

    world, places = house
    Authenticator.objects.filter(user=world.officer("kepala")).delete()
    client = client_of(world, "kepala_dinas@dpmptsp")
    free = {"stylesheet", "crest", "session_stay", "cases:link", "cases:link_identity"}
    free |= {
        "manifest",
        "worker",
        "icon",
        "offline",
        "session_now",
    }  # the site as an app tells of nobody
    let_in = []
    for route in ours():
        url = address(route, places[RULES[route.name].at])
        for answer in (client.get(url), client.post(url)):
            to = answer.headers.get("Location")
            if (
                to != "/akun/2fa/totp/activate/"
                and route.name not in free
                and not route.name.startswith("v1:")
            ):
                let_in.append(f"{route.name}: {answer.status_code} {to} {body(answer)[:500]}")
    assert not let_in, "\n".join(let_in)


def test_no_form_is_taken_without_its_token(house: Any) -> None:
    world, places = house
    for actor in ("anonymous", "siti", "kepala_dinas@dpmptsp"):
        client = client_of(world, actor, enforce_csrf_checks=True)
        before = everything()
        for route in ours():
            url = address(route, places[RULES[route.name].at])
            foreign = {"Origin": "https://jahat.example", "Sec-Fetch-Site": "cross-site"}
            if route.name == "catalogue:calculate" or route.name.startswith("v1:"):
                continue  # keeps nothing of what anybody types; reads no cookies
            for answer in (client.post(url), client.post(url, headers=foreign)):
                assert answer.status_code == 403, (route.name, answer.status_code)
        for route in routes():
            if route.name.startswith(LIBRARY) and not route.parameters:
                assert client.post(route.path).status_code in (302, 403, 405), route.name
        assert changed(before) <= {"usersessions_usersession"}


@pytest.mark.parametrize("actor", ["anonymous", "siti", "kabid@dpmptsp"])
def test_every_answer_carries_the_headers_that_protect_people(actor: str, house: Any) -> None:
    world, places = house
    client = client_of(world, actor)
    for route in [*ours(), *(one for one in routes() if one.name.startswith(LIBRARY))]:
        known = (
            places[RULES[route.name].at]
            if route.name in RULES
            else {"pk": 1, "provider_id": "oidc"}
        )
        answer = client.get(address(route, known))
        headers, where = answer.headers, (route.name, answer.status_code)
        policy = headers["Content-Security-Policy"]
        assert "unsafe-inline" not in policy or "sandbox" in policy, where
        assert "unsafe-eval" not in policy, where
        assert "frame-ancestors 'none'" in policy, where
        assert headers["X-Content-Type-Options"] == "nosniff", where
        assert headers["Referrer-Policy"] == "same-origin", where
        assert headers["Cross-Origin-Opener-Policy"] == "same-origin", where
        assert headers["X-Request-Id"], where
        public = RULES[route.name].may is everybody if route.name in RULES else False
        kind = headers.get("Content-Type", "")
        if actor != "anonymous" and not public and kind.startswith("text/html"):
            assert "no-store" in headers["Cache-Control"], where
        if actor != "anonymous" and not public and not kind.startswith("text/"):
            assert re.search("no-store|private", headers["Cache-Control"]), where
        body(answer)
        answer.close()
