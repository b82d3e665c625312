"""The seams: any part can be used in somebody else's chain, and another evidence model in ours."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from langchain_core.documents import Document
from langchain_core.retrievers import BaseRetriever
from langchain_core.runnables import Runnable, RunnableLambda

from assistant import SIGNALS, Answer, Assistant, Candidate, Floats, HybridRetriever, fuse
from assistant.question import Question
from tests.assistant.contract import Library

QUESTION = "When was the Guild of Northern Bakers founded?"

rankings = st.lists(
    st.tuples(
        st.lists(st.sampled_from("abcdefgh"), unique=True, max_size=8),
        st.floats(min_value=0.01, max_value=10, allow_nan=False),
    ),
    max_size=5,
)


@given(rankings)
def test_fusing_keeps_every_passage_and_invents_none(several: list[tuple[list[str], float]]) -> None:
    """Each id of any ranking comes out once, best first, with a score above 0 and at most 1."""
    fused = fuse(several)
    assert sorted(identity for identity, _ in fused) == sorted({one for ranking, _ in several for one in ranking})
    scores = [score for _, score in fused]
    assert scores == sorted(scores, reverse=True)
    assert all(0 < score <= 1 + 1e-12 for score in scores)


@given(
    st.lists(st.sampled_from("abcdefgh"), unique=True, min_size=1),
    st.lists(st.floats(0.01, 10), min_size=1, max_size=4),
)
def test_rankings_that_agree_are_kept_as_they_are(ranking: list[str], weights: list[float]) -> None:
    """The order is that of the rankings, and who leads all of them scores 1."""
    fused = fuse([(ranking, weight) for weight in weights])
    assert [identity for identity, _ in fused] == ranking
    assert fused[0][1] == pytest.approx(1)


@given(rankings, st.sampled_from("abcdefgh"))
def test_being_found_by_one_more_ranking_never_hurts(several: list[tuple[list[str], float]], favourite: str) -> None:
    """An id that another ranking puts first does not come later than before."""
    before = [identity for identity, _ in fuse(several)]
    after = [identity for identity, _ in fuse([*several, ([favourite], 1.0)])]
    if favourite in before:
        assert after.index(favourite) <= before.index(favourite)
    else:
        assert favourite in after


def test_equal_scores_stand_in_the_order_in_which_they_were_found() -> None:
    """The first ranking decides."""
    assert [identity for identity, _ in fuse([(["a", "b"], 1.0), (["b", "a"], 1.0)])] == ["a", "b"]


def test_the_retriever_is_one_of_langchain(kitchen: Library) -> None:
    """`invoke` gives at most k Documents, best first, each with its rank, score and offsets."""
    retriever = HybridRetriever(index=kitchen.assistant.index, k=3)
    assert isinstance(retriever, BaseRetriever)
    found = retriever.invoke("How long does goat cheese age?")
    assert 0 < len(found) <= 3
    assert all(isinstance(document, Document) for document in found)
    assert [document.metadata["rank"] for document in found] == list(range(1, len(found) + 1))
    scores = [document.metadata["score"] for document in found]
    assert scores == sorted(scores, reverse=True)
    assert all(0 < score <= 1 + 1e-12 for score in scores)
    best = found[0]
    assert best.metadata["source"] == "dairy/cheese.html"
    text = kitchen.texts["dairy/cheese.html"]
    assert text[best.metadata["start"] : best.metadata["end"]] == best.page_content


def test_the_retriever_does_not_write_into_the_index(kitchen: Library) -> None:
    """Rank and score belong to one search; the chunks of the index stay without them."""
    HybridRetriever(index=kitchen.assistant.index).invoke(QUESTION)
    assert not any({"rank", "score"} & set(chunk.metadata) for chunk in kitchen.assistant.index.chunks)


def test_the_retriever_stands_in_a_chain(kitchen: Library) -> None:
    """Its Documents can be handed on with a bar."""
    sources = RunnableLambda(lambda documents: [document.metadata["source"] for document in documents])
    chain = HybridRetriever(index=kitchen.assistant.index, k=1) | sources
    assert chain.invoke("How long does goat cheese age?") == ["dairy/cheese.html"]


def test_the_assistant_is_a_runnable(kitchen: Library) -> None:
    """It takes a question, or one with a history as in a batch."""
    assert isinstance(kitchen.assistant, Runnable)
    answer = kitchen.assistant.invoke(QUESTION)
    assert isinstance(answer, Answer)
    assert "1921" in answer.text
    follow_up = {"question": "Where does it meet?", "history": ["What is the Guild of Northern Bakers?"]}
    assert "Tromsø" in kitchen.assistant.invoke(follow_up).text


def test_the_assistant_stands_in_a_chain(kitchen: Library) -> None:
    """Before and after it, anything can be put with a bar; many questions go in at once, or without waiting."""
    chain = RunnableLambda(str.strip) | kitchen.assistant | RunnableLambda(lambda answer: answer.kind)
    assert chain.invoke(f"  {QUESTION} ") == "answer"
    assert chain.batch([QUESTION, "hello", "Does the GNB work with Stanford?"]) == ["answer", "greeting", "abstention"]
    # In a thread of its own: a worker that ran a browser test before has an event loop running in its main thread.
    with ThreadPoolExecutor(max_workers=1) as elsewhere:
        assert elsewhere.submit(lambda: asyncio.run(chain.ainvoke("thanks"))).result() == "greeting"
    assert [answer.text for answer in kitchen.assistant.stream(QUESTION)][-1] == kitchen.ask(QUESTION).text


class Favourite:
    """An evidence model that has made up its mind."""

    def __init__(self, word: str) -> None:
        self.word = word
        self.shapes: list[tuple[int, ...]] = []

    def __call__(self, question: Question, found: Sequence[Candidate], signals: Floats) -> Floats:
        self.shapes.append(signals.shape)
        assert signals.shape == (len(found), len(SIGNALS))
        return np.array([0.9 if self.word in candidate.sentence.text else 0.1 for candidate in found])


def test_another_evidence_model_decides_what_is_quoted(kitchen: Library) -> None:
    """It is given the question, the sentences and a row of signals for each; what it prefers is cited."""
    model = Favourite("rennet")
    answer = Assistant(kitchen.assistant.index, scorer=model, threshold=0.5).ask("How is goat cheese made?")
    assert answer.kind == "answer"
    assert "rennet" in answer.citations[0].quote
    assert model.shapes


@pytest.mark.parametrize("threshold", [0.5, None])
def test_a_model_that_believes_nothing_makes_the_assistant_abstain(kitchen: Library, threshold: float | None) -> None:
    """The threshold can be given with the model, or be that of ours."""

    def doubt(question: Question, found: Sequence[Candidate], signals: Floats) -> Floats:
        return np.zeros(len(found))

    answer = Assistant(kitchen.assistant.index, scorer=doubt, threshold=threshold).ask("How is goat cheese made?")
    assert answer.kind == "abstention"


def test_signals_have_a_row_for_each_sentence(kitchen: Library) -> None:
    """For training: finite numbers, as many columns as there are names for them."""
    weighed = kitchen.assistant.weigh(QUESTION)
    assert weighed.signals.shape == (len(weighed.candidates), len(SIGNALS))
    assert np.isfinite(weighed.signals).all()
