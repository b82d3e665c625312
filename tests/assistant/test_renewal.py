"""An assistant that stays open: newer builds of its index, and many people at once."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, wait
from pathlib import Path

import pytest

from assistant import Answer, Assistant
from assistant.names import Names
from ingest import Index, build_index
from tests.assistant.contract import Library, check_contract

QUESTION = "When was the Harbour School founded?"
OLD = "# Harbour School\n\nThe Harbour School teaches sailing. The Harbour School was founded in 1998.\n"
NEW = "# Harbour School\n\nThe school moved.\n\nThe Harbour School was founded in 1899, as was found out.\n"


@pytest.fixture
def written(tmp_path: Path, embeddings: object) -> Callable[[str], Path]:
    """Writes a text, builds the index of it and gives the index's folder."""

    def write(text: str) -> Path:
        (tmp_path / "texts").mkdir(exist_ok=True)
        (tmp_path / "texts" / "harbour.md").write_text(text, encoding="utf-8")
        build_index([tmp_path / "texts"], index_dir=tmp_path / "index", embeddings=embeddings)
        return tmp_path / "index"

    return write


def test_a_newer_index_is_used_without_starting_again(written: Callable[[str], Path], embeddings: object) -> None:
    """The next question after a build is answered, suggested about and cited from the new texts."""
    assistant = Assistant(Index.open(written(OLD), embeddings=embeddings))
    assert "1998" in assistant.ask(QUESTION).text
    written(NEW)
    answer = assistant.ask(QUESTION)
    assert "1899" in answer.text
    check_contract(answer.to_dict(), {"harbour.md": NEW})
    written(NEW.replace("Harbour School", "Lighthouse Academy"))
    assert "Lighthouse Academy" in assistant.ask("hi").text
    assert assistant.ask("What is the Lighthouse Academy?").kind == "answer"


def test_whoever_asks_while_a_newer_index_is_taken_up_gets_an_answer(
    written: Callable[[str], Path], embeddings: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    """From the old texts or from the new ones, but never an error because half of each is in use."""
    assistant = Assistant(Index.open(written(OLD), embeddings=embeddings))
    assert "1998" in assistant.ask(QUESTION).text
    written(NEW)
    amid, go_on = threading.Event(), threading.Event()
    original = Names.from_index

    def slowly(index: Index) -> Names:
        amid.set()
        assert go_on.wait(60)
        return original(index)

    monkeypatch.setattr("assistant.library.Names.from_index", slowly)
    with ThreadPoolExecutor(2) as people:
        first = people.submit(assistant.ask, QUESTION)
        assert amid.wait(60)
        second = people.submit(assistant.ask, QUESTION)
        wait([second], timeout=3)  # it may as well wait for the first one
        go_on.set()
        for answer in (first.result(), second.result()):
            assert "1899" in answer.text or "1998" in answer.text
            check_contract(answer.to_dict(), {"harbour.md": OLD if "1998" in answer.text else NEW})


def test_many_people_at_once_get_what_one_would_get(shipped: Library) -> None:
    """Answers do not depend on who else is asking."""
    questions = [
        "What is YERUN short for?",
        "When did the York-Maastricht Partnership start?",
        "Who funds the joint projects with the Indian partners?",
        "Why did UM leave WUN in 2015?",
        "Does UM work with Stanford?",
        "hello",
    ]

    def said(answer: Answer) -> dict[str, object]:
        return answer.to_dict() | {"seconds": None}

    alone = [said(shipped.ask(question)) for question in questions]
    with ThreadPoolExecutor(8) as people:
        together = list(people.map(lambda question: said(shipped.assistant.ask(question)), questions * 4))
    assert together == alone * 4
