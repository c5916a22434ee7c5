"""The picture for people and the BPMN for other tools."""

from __future__ import annotations

from xml.etree import ElementTree as ET

from hypothesis import example, given

from satupintu.workflow import bpmn, picture
from tests.workflow.processes import LETTER, LICENCE, Process, step, valid_processes

NAMES = {
    "verifikasi": "Verifikasi berkas",
    "tinjauan": "Tinjauan lapangan bersama tim teknis dari dinas terkait",
    "berita_acara": "Berita acara & rekomendasi",
}
SVG = "{http://www.w3.org/2000/svg}"
BPMN = "{http://www.omg.org/spec/BPMN/20100524/MODEL}"


def _read(text: str) -> ET.Element:
    return ET.fromstring(text.encode())  # noqa: S314 - our own output


def _texts(svg: ET.Element, kind: str) -> list[str]:
    return [str(t.text) for t in svg.iter(f"{SVG}text") if t.get("class") == kind]


def test_the_picture_is_one_image_with_a_title_and_the_steps_in_words() -> None:
    svg = _read(picture(LICENCE, NAMES))
    assert svg.get("role") == "img"
    assert svg.findtext(f"{SVG}title") == "Alur layanan"
    story = svg.findtext(f"{SVG}desc") or ""
    assert story.startswith(
        "1. Verifikasi berkas (1 hari kerja). Dikerjakan bersamaan: 2. Tinjauan lapangan"
    )
    assert "4. telaah (1 hari kerja · bila diperlukan)." in story
    assert "Bila diperlukan: 5. tetapkan" in story


def test_the_picture_numbers_each_step_and_shows_its_days() -> None:
    svg = _read(picture(LICENCE, NAMES, language="en"))
    assert _texts(svg, "flow-number") == [str(n) for n in range(1, 9)]
    notes = _texts(svg, "flow-note")
    assert "3 working days" in notes
    assert "1 working day" in notes
    assert "Done at the same time" in notes


def test_a_choice_between_two_ways_says_so() -> None:
    choice = {"choice": [{"when": "x", "do": [step("a")]}, {"otherwise": [step("b")]}]}
    svg = _read(picture({"main": [choice]}, {}))
    assert "Salah satu" in _texts(svg, "flow-note")


def test_the_picture_fits_a_small_phone() -> None:
    svg = _read(picture(LICENCE, NAMES))
    assert int(svg.attrib["width"]) <= 320
    assert all(
        float(t.attrib["x"]) + 7.6 * len(t.text or "") <= 320 for t in svg.iter(f"{SVG}text")
    )
    assert float(svg.attrib["font-size"]) >= 14


def test_the_picture_obeys_a_strict_content_policy() -> None:
    drawn = picture({"main": [step("a")]}, {"a": "<script>alert(1)</script>"})
    assert "<script" not in drawn
    assert "style=" not in drawn
    assert "<style" not in drawn


@given(valid_processes())
def test_no_part_of_a_picture_leaves_its_frame(process: Process) -> None:
    svg = _read(picture(process, {}))
    width, height = int(svg.attrib["width"]), int(svg.attrib["height"])
    for shape in svg:
        x, y = (int(shape.get(k) or shape.get(f"c{k}") or shape.get(f"{k}2") or 0) for k in "xy")
        assert 0 <= x + int(shape.get("width", 0)) <= width
        assert 0 <= y + int(shape.get("height", 0)) <= height


@given(valid_processes())
@example(LETTER)
def test_bpmn_is_one_connected_model(process: Process) -> None:
    root = _read(bpmn(process))
    ids = [element.attrib["id"] for element in root.iter() if "id" in element.attrib]
    assert len(ids) == len(set(ids))
    for scope in [*root.iter(f"{BPMN}process"), *root.iter(f"{BPMN}subProcess")]:
        _check_scope(root, scope)


def _check_scope(root: ET.Element, scope: ET.Element) -> None:
    """Flows join nodes of the same scope, and each node lies on a way from start to end."""
    flows = scope.findall(f"{BPMN}sequenceFlow")
    plumbing = {f"{BPMN}{tag}" for tag in ("sequenceFlow", "incoming", "outgoing", "documentation")}
    nodes = {node.attrib["id"]: node for node in scope if node.tag not in plumbing}
    for flow in flows:
        assert flow.attrib["sourceRef"] in nodes
        assert flow.attrib["targetRef"] in nodes
    for name, node in nodes.items():
        tag = node.tag.removeprefix(BPMN)
        into = [flow.attrib["id"] for flow in flows if flow.attrib["targetRef"] == name]
        out = [flow.attrib["id"] for flow in flows if flow.attrib["sourceRef"] == name]
        assert [i.text for i in node.findall(f"{BPMN}incoming")] == into
        assert [o.text for o in node.findall(f"{BPMN}outgoing")] == out
        assert bool(into) == (tag not in ("startEvent", "boundaryEvent")), name
        assert bool(out) == (tag != "endEvent"), name
        if tag == "exclusiveGateway" and len(out) > 1:
            plain = [
                flow.attrib["id"]
                for flow in flows
                if flow.attrib["id"] in out and flow.find(f"{BPMN}conditionExpression") is None
            ]
            assert plain == [node.get("default")]
        elif tag != "parallelGateway":
            assert len(out) <= 1, name
        if tag == "boundaryEvent":
            assert nodes[node.attrib["attachedToRef"]].tag == f"{BPMN}subProcess"
    errors = {error.attrib["id"] for error in root.iter(f"{BPMN}error")}
    caught = root.iter(f"{BPMN}errorEventDefinition")
    assert {event.attrib["errorRef"] for event in caught} <= errors


def test_bpmn_tells_the_ways_of_a_licence() -> None:
    root = _read(bpmn(LICENCE, NAMES))
    tasks = {task.attrib["id"]: task.get("name") for task in root.iter(f"{BPMN}userTask")}
    assert tasks["step_verifikasi"] == "Verifikasi berkas"
    assert len(tasks) == 11  # ten steps and the applicant's answer
    conditions = {c.text for c in root.iter(f"{BPMN}conditionExpression")}
    assert {"levy > 0", "luas > 100", "move = ask", "move = refuse"} <= conditions
    boundaries = {
        (b.attrib["attachedToRef"], b.attrib["id"]) for b in root.iter(f"{BPMN}boundaryEvent")
    }
    assert boundaries == {
        ("main", "main-refused"),
        ("main_1", "main_1-to_verifikasi"),
    }
    assert len(list(root.iter(f"{BPMN}parallelGateway"))) == 2
