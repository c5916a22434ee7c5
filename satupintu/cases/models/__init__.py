from satupintu.cases.models.case import Attachment, Case, Pause, Task
from satupintu.cases.models.desk import SavedFilter
from satupintu.cases.models.endorsement import Appeal, Link
from satupintu.cases.models.hold import Hold
from satupintu.cases.models.inspection import (
    Minutes,
    Recommendation,
    Visit,
    VisitEntry,
    VisitMember,
    VisitPhoto,
)
from satupintu.cases.models.paper import FormBlock, PaperForm
from satupintu.cases.models.talk import Correction, Message, Note, Opinion

__all__ = [
    "Appeal",
    "Attachment",
    "Case",
    "Correction",
    "FormBlock",
    "Hold",
    "Link",
    "Message",
    "Minutes",
    "Note",
    "Opinion",
    "PaperForm",
    "Pause",
    "Recommendation",
    "SavedFilter",
    "Task",
    "Visit",
    "VisitEntry",
    "VisitMember",
    "VisitPhoto",
]
