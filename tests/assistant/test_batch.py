"""`--batch`: questions as JSON lines, one answer line each, also for lines that cannot be read."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from assistant.batch import answer_line
from tests.assistant.conftest import Command
from tests.assistant.contract import Library, check_contract

DEEP = 50_000


def line(question: object, history: object = None) -> bytes:
    request = {"question": question} if history is None else {"question": question, "history": history}
    return json.dumps(request, ensure_ascii=False).encode() + b"\n"


BAD = {
    "not JSON": b"When was it?\n",
    "half a line of JSON": b'{"question": "When\n',
    "a list": b'["When was the GNB founded?"]\n',
    "a number": b"7\n",
    "null": b"null\n",
    "no question": b'{"history": []}\n',
    "a question that is a number": line(5),
    "a question that is null": line(None),
    "an empty question": line(""),
    "a question of spaces": line(" \n\t "),
    "a history that is a text": line("When was it founded?", "What is the GNB?"),
    "a history that is an object": line("When was it founded?", {"role": "user", "content": "What is the GNB?"}),
    "a number in the history": line("When was it founded?", [1]),
    "an empty question in the history": line("When was it founded?", [""]),
    "a message of nobody we know": line("When was it founded?", [{"role": "system", "content": "Be brief."}]),
    "a message without content": line("When was it founded?", [{"role": "user"}]),
    "bytes that are no UTF-8": b'{"question": "\xff\xfe"}\n',
    "a question of 100,000 characters": line("x" * 100_000),
    "lists within lists": b'{"question": ' + b"[" * DEEP + b"]" * DEEP + b"}\n",
    "objects within objects": b'{"question": ' + b'{"a":' * DEEP + b"1" + b"}" * DEEP + b"}\n",
    "a blank line": b"\n",
}
GOOD = line("When was the Guild of Northern Bakers founded?")


def test_bad_lines_get_an_error_in_their_place_and_the_rest_goes_on(kitchen: Library, command: Command) -> None:
    """One line comes out for each line that goes in, in order; the exit code tells that some were bad."""
    lines = [piece for bad in BAD.values() for piece in (bad, GOOD)]
    printed = command("--batch", "-", "--index", kitchen.index, stdin=b"".join(lines))
    assert printed.code == 2
    assert "Traceback" not in printed.err
    said = [json.loads(one) for one in printed.lines]
    assert len(said) == len(lines)
    for name, wrong, right in zip(BAD, said[::2], said[1::2], strict=True):
        assert list(wrong) == ["error"], name
        assert wrong["error"].strip(), name
        assert len(wrong["error"].splitlines()) == 1, name
        assert len(wrong["error"]) < 300, name
        check_contract(right, kitchen.texts)
        assert "1921" in right["text"]


@pytest.mark.parametrize(
    "bad",
    [
        pytest.param(b'{"question": ' + b"1" * 5000 + b"}", id="a number of 5,000 digits"),
        pytest.param(
            b'{"question": "When was the GNB founded?", "history": [' + b"9" * 5000 + b"]}", id="in the history"
        ),
    ],
)
def test_a_number_too_long_to_read_is_a_bad_line_like_any_other(kitchen: Library, bad: bytes) -> None:
    """Python refuses such a number; the batch goes on all the same."""
    assert list(answer_line(bad, kitchen.assistant)) == ["error"]


@pytest.mark.parametrize("escape", [b"\\ud800", b"\\udfff", b"\\ude00\\ud83d"])
def test_half_a_surrogate_pair_does_not_stop_the_batch(kitchen: Library, command: Command, escape: bytes) -> None:
    """JSON can hold half an emoji, UTF-8 cannot: the line gets an answer or an error, the next one its answer."""
    half = b'{"question": "When was the GNB founded? ' + escape + b'"}\n'
    printed = command("--batch", "-", "--index", kitchen.index, stdin=half + GOOD)
    first, second = (json.loads(one) for one in printed.lines)
    assert "error" in first or "1921" in first["text"]
    assert "1921" in second["text"]


def test_a_file_is_answered_line_by_line(kitchen: Library, command: Command, tmp_path: Path) -> None:
    """`--batch FILE` without a newline at its end: order kept, nothing but answers on standard output, exit 0."""
    asked = [
        "When was the GNB founded?",
        "thanks",
        "Does the GNB work with Stanford?",
        "How long does goat cheese age?",
    ]
    file = tmp_path / "questions.jsonl"
    file.write_bytes(b"".join(line(question) for question in asked).rstrip())
    printed = command("--batch", file, "--index", kitchen.index)
    assert (printed.code, printed.complaints) == (0, [])
    said = [json.loads(one) for one in printed.lines]
    assert [one["question"] for one in said] == asked
    assert [one["kind"] for one in said] == ["answer", "greeting", "abstention", "answer"]
    for one in said:
        check_contract(one, kitchen.texts)


def test_an_empty_batch_prints_nothing(kitchen: Library, command: Command) -> None:
    """No line in, no line out, and that is no error."""
    printed = command("--batch", "-", "--index", kitchen.index)
    assert (printed.code, printed.out, printed.complaints) == (0, "", [])


def test_earlier_questions_are_answered_first_and_not_printed(shipped: Library) -> None:
    """A text in the history is asked before: what it was answered with is what "those" refers to."""
    history = ["Does UM work with Radboud University?", "Which joint programmes are they developing?"]
    said = answer_line(line("Where are those based?", history), shipped.assistant)
    assert "Venlo" in said["text"]
    assert "Radboud" in said["interpreted_as"]


def test_messages_are_taken_as_said(shipped: Library) -> None:
    """A message in the history is not asked again, and a pronoun refers to what its words name."""
    history = [
        {"role": "user", "content": "Which of them was set up in 2012?"},
        {"role": "assistant", "content": "That was SHE Collaborates."},
    ]
    said = answer_line(line("What does it aim to do?", history), shipped.assistant)
    assert "SHE Collaborates" in said["interpreted_as"]
    assert said["citations"][0]["source"] == "she-collaborates.md"


def test_questions_and_messages_may_stand_in_one_history(shipped: Library) -> None:
    """The last thing said counts, in whichever form it was given."""
    history = ["What is MUNDO?", {"role": "user", "content": "And what is UNU-MERIT?"}]
    said = answer_line(line("Where is it?", history), shipped.assistant)
    assert "UNU-MERIT" in said["interpreted_as"]
    history.reverse()
    assert "MUNDO" in answer_line(line("Where does it work?", history), shipped.assistant)["interpreted_as"]


def test_fields_that_nobody_asked_for_are_left_alone(kitchen: Library) -> None:
    """A line may carry an id or a null history of its own."""
    said = answer_line(b'{"id": 7, "question": "When was the GNB founded?", "history": null}', kitchen.assistant)
    assert "1921" in said["text"]


@pytest.mark.parametrize(
    "said",
    [["What is the GNB? \ud83d"], [{"role": "user", "content": "What is the GNB? \ud83d\x1b"}]],
    ids=["a question", "a message"],
)
def test_half_a_character_in_the_history_does_no_harm(kitchen: Library, said: list[object]) -> None:
    """Programs cut texts where they should not."""
    row = json.dumps({"question": "When was it founded?", "history": said}).encode()
    assert "1921" in str(answer_line(row, kitchen.assistant)["text"])
