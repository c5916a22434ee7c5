"""A process as BPMN 2.0, for other tools to read.

A parallel group becomes a sub-process. A return out of it, like a refusal, ends it with an error
that a boundary event catches: that is how BPMN takes away the work still open beside it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple
from xml.etree import ElementTree as ET

from satupintu.workflow.blocks import Block, Blocks, Process, branches

_MODEL = "http://www.omg.org/spec/BPMN/20100524/MODEL"
_XSI = "http://www.w3.org/2001/XMLSchema-instance"


def bpmn(process: Process, names: Mapping[str, str] | None = None) -> str:
    """Write the process as a BPMN document without a diagram."""
    return _Writer(names or {}).write(process)


class _Exit(NamedTuple):
    """Where the next flow starts, and the condition or default it carries."""

    node: str
    condition: str = ""
    default: bool = False


@dataclass
class _Scope:
    """A process or sub-process, and the node in it that holds each step."""

    element: ET.Element
    nodes: dict[str, str] = field(default_factory=dict)
    # What ends it from inside by an error: error code → the step to go back to, or "".
    thrown: dict[str, str] = field(default_factory=dict)


class _Writer:
    def __init__(self, names: Mapping[str, str]) -> None:
        self.names = names
        self.root = ET.Element(
            "definitions",
            {
                "xmlns": _MODEL,
                "xmlns:xsi": _XSI,
                "id": "definitions",
                "targetNamespace": "urn:satupintu:process",
            },
        )
        self.nodes: dict[str, ET.Element] = {}
        self.flows: list[ET.Element] = []
        self.errors: dict[str, str] = {}

    def write(self, process: Process) -> str:
        whole = ET.SubElement(self.root, "process", {"id": "process", "isExecutable": "false"})
        scope = _Scope(whole)
        main, refusal = process["main"], process.get("refusal", ())
        self.place(scope, main, "main", "main")
        self.place(scope, refusal, "refusal")
        group = self.group(scope, main, "main", _Exit(self.node(scope, "startEvent", "start")))
        self.connect(scope, group, self.node(scope, "endEvent", "approved", "Disetujui"))
        if "refused" in scope.thrown:
            caught = _Exit(self.boundary(scope, "main", "refused"))
            last = self.sequence(scope, refusal, "refusal", caught)
            self.connect(scope, last, self.node(scope, "endEvent", "refused", "Ditolak"))
        for index, (code, name) in enumerate(self.errors.items()):
            self.root.insert(index, ET.Element("error", {"id": name, "errorCode": code}))
        self.note_ends()
        ET.indent(self.root)
        return ET.tostring(self.root, encoding="unicode", xml_declaration=True)

    def place(self, scope: _Scope, blocks: Blocks, path: str, inside: str = "") -> None:
        """Note for each step under the scope which of its nodes stands for it."""
        for index, block in enumerate(blocks):
            here = f"{path}/{index}"
            if "step" in block:
                scope.nodes[block["step"]] = inside or f"step_{block['step']}"
            group = _name(here) if "parallel" in block else ""
            for inner_path, inner in branches(block, here):
                self.place(scope, inner, inner_path, inside or group)

    def sequence(self, scope: _Scope, blocks: Blocks, path: str, source: _Exit) -> _Exit:
        for index, block in enumerate(blocks):
            here = f"{path}/{index}"
            if "step" in block:
                source = self.step(scope, block, source)
            elif "parallel" in block:
                source = self.group(scope, [block], here, source)
            else:
                source = self.choice(scope, block, here, source)
        return source

    def step(self, scope: _Scope, block: Block, source: _Exit) -> _Exit:
        code = block["step"]
        task = f"step_{code}"
        if "when" in block:
            source = _Exit(self.join(scope, "exclusiveGateway", f"{task}-if", [source]))
            skipped = _Exit(source.node, default=True)
            source = _Exit(source.node, block["when"])
        element = self.nodes[self.node(scope, "userTask", task, self.names.get(code, code))]
        ET.SubElement(element, "documentation").text = _duty(block)
        self.connect(scope, source, task)
        after = self.decisions(scope, block, task)
        if "when" in block:
            return _Exit(self.join(scope, "exclusiveGateway", f"{task}-fi", [skipped, after]))
        return after

    def decisions(self, scope: _Scope, block: Block, task: str) -> _Exit:
        """What else than forward can follow the step."""
        others = [move for move in block.get("moves", ()) if move != "forward"]
        if not others:
            return _Exit(task)
        gate = self.join(scope, "exclusiveGateway", f"{task}-move", [_Exit(task)])
        if "ask" in others:
            answer = self.node(scope, "userTask", f"{task}-answer", "Pemohon melengkapi")
            self.connect(scope, _Exit(gate, "move = ask"), answer)
            self.connect(scope, _Exit(answer), task)
        for target in block.get("return_to", ()):
            condition = f"move = return to {target}"
            if target in scope.nodes:
                self.connect(scope, _Exit(gate, condition), scope.nodes[target])
            else:
                self.throw(
                    scope, _Exit(gate, condition), f"{task}-to-{target}", f"to_{target}", target
                )
        if "grant" in others:
            self.connect(scope, _Exit(gate, "move = grant"), "main")
        if "refuse" in others:
            self.throw(scope, _Exit(gate, "move = refuse"), f"{task}-refused", "refused")
        return _Exit(gate, default=True)

    def choice(self, scope: _Scope, block: Block, path: str, source: _Exit) -> _Exit:
        gate = self.join(scope, "exclusiveGateway", f"{_name(path)}-if", [source])
        inside = branches(block, path)
        ends = []
        for option, (inner_path, inner) in zip(block["choice"], inside, strict=True):
            way = _Exit(gate, option.get("when", ""), default="otherwise" in option)
            ends.append(self.sequence(scope, inner, inner_path, way))
        if not any("otherwise" in option for option in block["choice"]):
            ends.append(_Exit(gate, default=True))
        return _Exit(self.join(scope, "exclusiveGateway", f"{_name(path)}-fi", ends))

    def group(self, outer: _Scope, blocks: Blocks, path: str, source: _Exit) -> _Exit:
        """A sub-process around the whole main part, or around one parallel block."""
        name = _name(path)
        scope = _Scope(self.nodes[self.node(outer, "subProcess", name)])
        self.connect(outer, source, name)
        start = _Exit(self.node(scope, "startEvent", f"{name}-start"))
        if path == "main":
            self.place(scope, blocks, path)
            last = self.sequence(scope, blocks, path, start)
        else:
            fork = self.join(scope, "parallelGateway", f"{name}-fork", [start])
            inside = list(branches(blocks[0], path))
            for inner_path, inner in inside:
                self.place(scope, inner, inner_path)
            ends = [self.sequence(scope, inner, way, _Exit(fork)) for way, inner in inside]
            last = _Exit(self.join(scope, "parallelGateway", f"{name}-join", ends))
        self.connect(scope, last, self.node(scope, "endEvent", f"{name}-end"))
        for error, target in scope.thrown.items():
            if target in outer.nodes:
                caught = _Exit(self.boundary(outer, name, error))
                self.connect(outer, caught, outer.nodes[target])
            else:
                outer.thrown[error] = target
        return _Exit(name)

    def throw(self, scope: _Scope, source: _Exit, name: str, code: str, target: str = "") -> None:
        scope.thrown[code] = target
        end = self.node(scope, "endEvent", name)
        self.connect(scope, source, end)
        ET.SubElement(self.nodes[end], "errorEventDefinition", {"errorRef": self.error(code)})

    def boundary(self, scope: _Scope, group: str, code: str) -> str:
        event = self.node(scope, "boundaryEvent", f"{group}-{code}")
        self.nodes[event].set("attachedToRef", group)
        ET.SubElement(self.nodes[event], "errorEventDefinition", {"errorRef": self.error(code)})
        return event

    def error(self, code: str) -> str:
        return self.errors.setdefault(code, f"error_{code}")

    def node(self, scope: _Scope, tag: str, name: str, label: str = "") -> str:
        named = {"id": name, "name": label} if label else {"id": name}
        self.nodes[name] = ET.SubElement(scope.element, tag, named)
        return name

    def join(self, scope: _Scope, tag: str, name: str, sources: list[_Exit]) -> str:
        self.node(scope, tag, name)
        for source in sources:
            self.connect(scope, source, name)
        return name

    def connect(self, scope: _Scope, source: _Exit, target: str) -> None:
        name = f"flow_{len(self.flows) + 1}"
        ends = {"id": name, "sourceRef": source.node, "targetRef": target}
        flow = ET.SubElement(scope.element, "sequenceFlow", ends)
        self.flows.append(flow)
        if source.condition:
            kind = {"xsi:type": "tFormalExpression"}
            ET.SubElement(flow, "conditionExpression", kind).text = source.condition
        if source.default:
            self.nodes[source.node].set("default", name)

    def note_ends(self) -> None:
        """Repeat the flows in their nodes, as many readers want: incoming first, then outgoing."""
        for tag, end in (("outgoing", "sourceRef"), ("incoming", "targetRef")):
            for flow in reversed(self.flows):
                node = self.nodes[flow.attrib[end]]
                reference = ET.Element(tag)
                reference.text = flow.attrib["id"]
                node.insert(int(node.find("documentation") is not None), reference)


def _name(path: str) -> str:
    return path.replace("/", "_")


def _duty(block: Block) -> str:
    parts = [block.get("kind"), block.get("role"), block.get("office")]
    return "; ".join([*filter(None, parts), f"{block.get('days', 0)} hari kerja"])
