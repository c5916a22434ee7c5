"""A sentence in both languages."""

from __future__ import annotations

import copy
import json

from satupintu.lib.errors import Refused, Text, both, in_english, joined


def test_a_sentence_is_its_indonesian_and_carries_its_english() -> None:
    sentence = both("Isi nama", "Fill in the name")

    assert sentence == "Isi nama"
    assert sentence.en == "Fill in the name"
    assert json.dumps(sentence) == '"Isi nama"'
    assert Refused(sentence).message is sentence


def test_values_stand_in_both_languages_each_in_its_own() -> None:
    size = both("1,2 MB", "1.2 MB")

    sentence = both("Ukuran {size}, {n} berkas", "Size {size}, {n} files", size=size, n=3)

    assert sentence == "Ukuran 1,2 MB, 3 berkas"
    assert sentence.en == "Size 1.2 MB, 3 files"


def test_what_a_person_typed_is_never_read_as_a_pattern() -> None:
    assert both("Isi {x}", "Fill in {x}", x="{0.__class__}").en == "Fill in {0.__class__}"
    assert both("Kurung {apa adanya}", "Braces {as they are}").en == "Braces {as they are}"


def test_sentences_are_joined_in_both_languages() -> None:
    whole = joined(". ", [both("Satu", "One"), "Metro"])

    assert whole == "Satu. Metro"
    assert whole.en == "One. Metro"


def test_what_has_no_english_stays_as_it_is() -> None:
    assert in_english("Metro") == "Metro"
    assert in_english(None) is None


def test_a_copy_keeps_its_english() -> None:
    kept: Text = copy.deepcopy(both("Satu", "One"))
    assert kept.en == "One"
