"""Questions in other languages, with an embedding model that knows English only and with one that knows more."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from langchain_core.embeddings import Embeddings

from assistant import Assistant
from ingest import Index, build_index
from tests.assistant.contract import Library

_MEANINGS = (
    ("university", "universiteit", "universität", "universities"),
    ("neighbours", "buren", "nachbarn"),
    ("morning", "ochtend", "morgen"),
    ("wake", "wakker", "aufwachen"),
    ("partner", "partners", "partnern"),
    ("country", "countries", "landen", "ländern"),
    ("bread", "brood", "brot"),
    ("oven",),
    ("founded", "opgericht", "gegründet"),
    ("guild", "gilde"),
    ("bakers", "bakkers", "bäcker"),
    ("meets", "vergadert", "tagt"),
    ("spring", "voorjaar", "frühling"),
    ("yeast", "gist", "hefe"),
    ("works", "werkt", "arbeitet", "together", "samen", "zusammen"),
)


class Translating(Embeddings):
    """A model that knows a few words in three languages, and places them together."""

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        return [self.embed_query(text) for text in texts]

    def embed_query(self, text: str) -> list[float]:
        words = [word.strip(".,?!*()").casefold() for word in text.split()]
        counts = [float(sum(word in group for word in words)) for group in _MEANINGS]
        vector = np.array([*counts, 0.05])
        return [float(value) for value in vector / np.linalg.norm(vector)]


@pytest.fixture
def translating(tmp_path: Path) -> Assistant:
    texts = tmp_path / "texts"
    texts.mkdir()
    (texts / "guild.md").write_text(
        "# Guild\n\nThe guild of bakers was founded in 1921. The guild meets in Tromsø every spring.\n",
        encoding="utf-8",
    )
    embeddings = Translating()
    build_index([texts], index_dir=tmp_path / "index", embeddings=embeddings)
    return Assistant(Index.open(tmp_path / "index", embeddings=embeddings))


@pytest.mark.parametrize(
    ("question", "language"),
    [
        ("Wanneer is het partnerschap met York begonnen?", "Het spijt me"),
        ("Wann hat die Partnerschaft mit York begonnen?", "Es tut mir leid"),
    ],
)
def test_a_question_that_cannot_be_understood_is_declined_in_its_language(
    shipped: Library, question: str, language: str
) -> None:
    """With the English model: no nonsense, an apology, and what is there on the partner that is named."""
    answer = shipped.ask(question)
    assert (answer.kind, answer.reason) == ("abstention", "unsupported_language")
    assert answer.text.startswith(language)
    assert answer.citations[0].source == "york-maastricht-partnership.md"


def test_a_model_is_known_to_be_multilingual_by_what_it_does(shipped: Library, translating: Assistant) -> None:
    """Not by its name: it places a sentence and its translations together."""
    assert translating.library.multilingual
    assert not shipped.assistant.library.multilingual


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("Wanneer werd het gilde van de bakkers opgericht?", "1921"),
        ("Wann wurde die Gilde der Bäcker gegründet?", "1921"),
        ("Waar vergadert het gilde in het voorjaar?", "Tromsø"),
    ],
)
def test_a_multilingual_model_answers(translating: Assistant, question: str, said: str) -> None:
    """The question is understood by its vector; the quote stays in the language of the texts."""
    answer = translating.ask(question)
    assert answer.kind == "answer"
    assert said in answer.text


def test_a_multilingual_model_abstains_too(translating: Assistant) -> None:
    """What is near nothing in the texts is not answered."""
    assert translating.ask("Hoeveel universiteiten werken er samen in andere landen?").kind == "abstention"
