"""The questions of a form: from what people type to answers that can be stored and counted with."""

from satupintu.lib.fields.facts import Field, facts_of, shown, types_of
from satupintu.lib.fields.reading import Answers, clean

__all__ = ["Answers", "Field", "clean", "facts_of", "shown", "types_of"]
