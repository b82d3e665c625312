"""The reader: questions and passages in tokens, and what it says of them."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tokenizers import Tokenizer

from assistant import Assistant, AssistantError, Page, Reader, encode
from assistant.reader import LONGEST_INPUT, LONGEST_PIECE, WEIGHTS
from tests.assistant.contract import Library

PAGE = Page(
    head="Harbour School",
    sentences=(
        "The Harbour School teaches navigation.",
        "It was founded in 1921 by two retired captains.",
        "The fee is 300 euros a term.",
    ),
)


@pytest.fixture(scope="module")
def reader() -> Reader:
    return Reader.open()


@pytest.fixture(scope="module")
def tokenizer() -> Tokenizer:
    loaded = Tokenizer.from_file(str(WEIGHTS / "tokenizer.json"))
    loaded.no_truncation()
    loaded.no_padding()
    return loaded


@pytest.mark.parametrize(
    ("question", "place", "answer"),
    [
        ("When was the Harbour School founded?", 1, "1921"),
        ("How much does a term cost?", 2, "300"),
        ("who set it up", 1, "captains"),
    ],
)
def test_the_sentence_that_answers_is_marked(reader: Reader, question: str, place: int, answer: str) -> None:
    """It has the highest score, and the shortest answer lies in it."""
    (read,) = reader.read(question, [PAGE])
    assert max(range(3), key=read.sentences.__getitem__) == place
    start, end = read.spans[place]
    assert answer in PAGE.sentences[place][start:end]


def test_what_is_not_answered_scores_lower(reader: Reader) -> None:
    """The page says when the school was founded, and not when it closed or what a room costs."""
    (answered,) = reader.read("When was the Harbour School founded?", [PAGE])
    for other in ("When was the Harbour School closed?", "How much is a room at the Harbour School?"):
        (read,) = reader.read(other, [PAGE])
        assert max(read.sentences) < max(answered.sentences)
        assert read.page < answered.page


def test_pages_do_not_influence_each_other(reader: Reader) -> None:
    """Read alone or together with others, longer ones included, a page scores the same but for rounding."""
    others = [Page(head="Other", sentences=("Something else. " * 40,)), Page(head="", sentences=("Short.",))]
    (alone,) = reader.read("When was it founded?", [PAGE])
    together = reader.read("When was it founded?", [others[0], PAGE, others[1]])[1]
    assert together.sentences == pytest.approx(alone.sentences, abs=0.2)
    assert together.page == pytest.approx(alone.page, abs=0.2)


def test_a_page_without_sentences_and_no_page_at_all_are_read(reader: Reader) -> None:
    """Nothing to read is no error."""
    assert reader.read("Anything?", []) == []
    assert reader.read("Anything?", [Page(head="Title", sentences=())])[0].sentences == ()


@settings(max_examples=40, deadline=None)
@given(
    question=st.text(max_size=400),
    context=st.text(max_size=200),
    sentences=st.lists(st.text(min_size=1, max_size=120), max_size=8).map(tuple),
)
def test_every_sentence_is_in_the_input(
    tokenizer: Tokenizer, question: str, context: str, sentences: tuple[str, ...]
) -> None:
    """Each has a mark of its own, tokens point at their characters, and no input is longer than the model takes."""
    parts = encode(tokenizer, question, Page(head="Head", sentences=sentences), context=context)
    assert {number for part in parts for _, number in part.marks} == set(range(len(sentences)))
    for part in parts:
        assert len(part.ids) == len(part.types) == len(part.offsets) <= 512
        for number, start, end in part.offsets:
            assert number == -1 or 0 <= start <= end <= len(sentences[number])


def test_a_long_passage_is_read_in_parts(tokenizer: Tokenizer, reader: Reader) -> None:
    """Nothing of it is cut off: the last sentence is found as well, and a very long one is read in pieces."""
    filler = tuple(f"The harbour has a crane number {number} that lifts heavy boxes every day." for number in range(60))
    page = Page(head="Harbour School", sentences=(*filler, "The school was founded in 1921."))
    parts = encode(tokenizer, "When was the school founded?", page)
    assert len(parts) > 1
    assert all(len(part.ids) <= LONGEST_INPUT + 1 for part in parts)
    (read,) = reader.read("When was the school founded?", [page])
    assert max(range(61), key=read.sentences.__getitem__) == 60
    endless = Page(head="", sentences=("word " * (3 * LONGEST_PIECE),))
    assert [number for part in encode(tokenizer, "?", endless) for _, number in part.marks] == [0, 0, 0]


def test_weights_that_are_not_ours_are_refused(tmp_path: Path) -> None:
    """A damaged or exchanged file is one clear line, before anything is answered with it."""
    folder = tmp_path / "reader"
    shutil.copytree(WEIGHTS, folder)
    weights = folder / "model.safetensors"
    weights.write_bytes(weights.read_bytes()[:-1] + b"\x00\x01")
    with pytest.raises(AssistantError, match="are not those that belong there"):
        Reader.open(folder)
    weights.unlink()
    with pytest.raises(AssistantError, match="cannot be read"):
        Reader.open(folder)


def test_shipped_weights_are_small() -> None:
    """They are cloned with the project."""
    assert (WEIGHTS / "model.safetensors").stat().st_size <= 50_000_000
    assert len(json.loads((WEIGHTS / "reader.json").read_text(encoding="utf-8"))["sha256"]) == 64


@pytest.fixture
def strangers_model(tmp_path: Path) -> Path:
    """A cross-encoder as anyone might have one, tiny and untrained."""
    from sentence_transformers import CrossEncoder
    from transformers import BertConfig, BertForSequenceClassification, PreTrainedTokenizerFast

    config = BertConfig(
        hidden_size=16, num_hidden_layers=1, num_attention_heads=2, intermediate_size=16, num_labels=1, vocab_size=30522
    )
    BertForSequenceClassification(config).save_pretrained(tmp_path / "model")
    PreTrainedTokenizerFast(
        tokenizer_file=str(WEIGHTS / "tokenizer.json"),
        unk_token="[UNK]",
        sep_token="[SEP]",
        pad_token="[PAD]",
        cls_token="[CLS]",
        mask_token="[MASK]",
        model_max_length=128,
    ).save_pretrained(tmp_path / "model")
    assert CrossEncoder(str(tmp_path / "model")).num_labels == 1
    return tmp_path / "model"


def test_another_cross_encoder_can_take_its_place(
    kitchen: Library, strangers_model: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By name or folder in the settings; what it says changes what the assistant makes of the evidence."""
    ours = kitchen.assistant.weigh("When was the Guild of Northern Bakers founded?")
    monkeypatch.setenv("ASSISTANT_EVIDENCE_MODEL", str(strangers_model))
    theirs = Assistant(kitchen.assistant.index).weigh("When was the Guild of Northern Bakers founded?")
    assert ours.signals.shape == theirs.signals.shape
    assert ours.probability != theirs.probability


def test_a_cross_encoder_that_is_not_there_is_one_line(kitchen: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    """What was wrong, the name, and what to do."""
    monkeypatch.setenv("ASSISTANT_EVIDENCE_MODEL", "no/such-model")
    with pytest.raises(AssistantError, match=r"'no/such-model' cannot be loaded .*ASSISTANT_EVIDENCE_MODEL"):
        Assistant(kitchen.assistant.index)


def test_the_threshold_can_be_set(kitchen: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    """At 1 nothing is sure enough; a value that is no probability is refused."""
    question = "When was the Guild of Northern Bakers founded?"
    assert kitchen.ask(question).kind == "answer"
    monkeypatch.setenv("ASSISTANT_THRESHOLD", "1")
    assert Assistant(kitchen.assistant.index).ask(question).kind == "abstention"
