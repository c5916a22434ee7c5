"""Reading the journal: what happened, the sealed logs, and whether they are whole."""

from satupintu.journal.queries.entries import (
    Page,
    actor,
    entries,
    entry,
    reads,
    timeline,
    was_read,
)
from satupintu.journal.queries.log import (
    bundle,
    checkpoint,
    inclusion_proof,
    leaves,
    proof,
    sequence_of,
    stamps,
    tile,
    unsealed,
    unstamped,
    verifier_key,
)
from satupintu.journal.queries.verification import Problem, Report, verify
from satupintu.journal.queries.words import (
    SENTENCES,
    words_of,
    words_of_door,
    words_of_event,
    words_of_subject,
    words_of_value,
)

__all__ = [
    "SENTENCES",
    "Page",
    "Problem",
    "Report",
    "actor",
    "bundle",
    "checkpoint",
    "entries",
    "entry",
    "inclusion_proof",
    "leaves",
    "proof",
    "reads",
    "sequence_of",
    "stamps",
    "tile",
    "timeline",
    "unsealed",
    "unstamped",
    "verifier_key",
    "verify",
    "was_read",
    "words_of",
    "words_of_door",
    "words_of_event",
    "words_of_subject",
    "words_of_value",
]
