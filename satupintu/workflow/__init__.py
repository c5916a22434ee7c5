"""The process engine: block-structured processes as plain data, so that every one of them ends."""

from __future__ import annotations

from satupintu.workflow.blocks import Block, Process, step, steps
from satupintu.workflow.drawing import picture
from satupintu.workflow.engine import (
    Evaluate,
    Move,
    NotAllowed,
    State,
    advance,
    begin,
    closed,
    finished,
    opened,
)
from satupintu.workflow.exchange import bpmn
from satupintu.workflow.inspection import Problem, Walk, check, walk

__all__ = [
    "Block",
    "Evaluate",
    "Move",
    "NotAllowed",
    "Problem",
    "Process",
    "State",
    "Walk",
    "advance",
    "begin",
    "bpmn",
    "check",
    "closed",
    "finished",
    "opened",
    "picture",
    "step",
    "steps",
    "walk",
]
