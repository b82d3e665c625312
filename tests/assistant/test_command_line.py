"""`python -m assistant`: what it prints where, and what it says to input that it cannot use."""

from __future__ import annotations

import json
import os
import pty
import select
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from assistant import Assistant
from ingest import IngestError, build_index
from tests.assistant.conftest import ROOT, Command
from tests.assistant.contract import Library, check_contract

QUESTION = "When was the Guild of Northern Bakers founded?"


def test_an_answer_is_shown_with_its_sources(kitchen: Library, command: Command) -> None:
    """A person reads the sentence, and which characters of which file it stands in."""
    citation = kitchen.ask(QUESTION).citations[0]
    printed = command(QUESTION, "--index", kitchen.index)
    assert printed.code == 0
    told = " ".join(printed.out.split())
    assert "was founded in 1921. [1]" in told
    assert f"bread.md, characters {citation.start}–{citation.end}" in told


def test_an_abstention_is_no_error(kitchen: Library, command: Command) -> None:
    """The exit code is 0, and the reply stands on standard output."""
    printed = command("Does the GNB work with Stanford?", "--index", kitchen.index)
    assert (printed.code, printed.complaints) == (0, [])
    assert "Stanford" in printed.out


def test_nothing_to_complain_about_leaves_standard_error_empty(kitchen: Library, command: Command) -> None:
    """Not even an empty line is printed where a script collects what went wrong."""
    assert command("--json", QUESTION, "--index", kitchen.index).err == ""


def test_a_named_index_that_is_missing_is_not_built(command: Command, tmp_path: Path) -> None:
    """Only the default index is made by itself: a name that leads nowhere is more likely a slip."""
    missing = tmp_path / "nowhere"
    assert str(missing) in command("--json", QUESTION, "--index", missing).refused()
    assert not missing.exists()


def test_a_setting_that_names_a_missing_index_is_refused_too(
    command: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`ASSISTANT_INDEX` is a name like `--index`."""
    monkeypatch.setenv("ASSISTANT_INDEX", str(tmp_path / "nowhere"))
    assert "nowhere" in command(QUESTION).refused()


def test_a_setting_names_the_index_to_ask(kitchen: Library, command: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without `--index` it is that of `ASSISTANT_INDEX`."""
    monkeypatch.setenv("ASSISTANT_INDEX", str(kitchen.index))
    assert "1921" in command(QUESTION).out


def test_a_folder_of_something_else_is_refused(command: Command, tmp_path: Path) -> None:
    """A folder that holds no index of ours is named, and left as it was."""
    (tmp_path / "holiday.txt").write_text("Not an index.")
    assert str(tmp_path) in command("--batch", "-", "--index", tmp_path, stdin=b'{"question": "Why?"}\n').refused()
    assert [path.name for path in tmp_path.iterdir()] == ["holiday.txt"]


def test_a_file_in_place_of_an_index_is_refused(command: Command, tmp_path: Path) -> None:
    """So is a path that is no folder at all."""
    file = tmp_path / "index"
    file.write_text("Not an index.")
    assert str(file) in command(QUESTION, "--index", file).refused()


def test_an_index_made_with_another_model_names_the_command_that_helps(command: Command, tmp_path: Path) -> None:
    """Vectors of two models cannot be compared, so the index has to be built anew."""
    from langchain_core.embeddings import DeterministicFakeEmbedding

    (tmp_path / "note.txt").write_text("The mill grinds flour every Tuesday.")
    other = DeterministicFakeEmbedding(size=8)
    build_index([tmp_path / "note.txt"], index_dir=tmp_path / "index", embeddings=other)
    assert "python -m ingest build" in command("--json", QUESTION, "--index", tmp_path / "index").refused()


@pytest.mark.parametrize("question", ["", "  ", "\u200b"])
def test_an_empty_question_is_refused(kitchen: Library, command: Command, question: str) -> None:
    """Nothing was asked, so nothing is answered."""
    assert "empty" in command("--json", question, "--index", kitchen.index).refused()


def test_a_batch_that_cannot_be_read_is_refused(kitchen: Library, command: Command, tmp_path: Path) -> None:
    """A missing file and a folder are named."""
    for unreadable in (tmp_path / "missing.jsonl", tmp_path):
        assert str(unreadable) in command("--batch", unreadable, "--index", kitchen.index).refused()


def test_a_question_beside_a_batch_is_refused_in_one_line(command: Command) -> None:
    """Which of the two is meant cannot be told."""
    assert "not both" in command(QUESTION, "--batch", "-").refused()


def test_json_without_a_question_is_refused_in_one_line(command: Command) -> None:
    """There is no prompt to chat with in JSON."""
    assert "--json" in command("--json").refused()


def test_a_prompt_remembers_the_conversation(kitchen: Library, command: Command) -> None:
    """Questions on standard input are one conversation, which ends with the input."""
    asked = b"What is the Guild of Northern Bakers?\n\n   \nhi\nWhere does it meet?\n"
    printed = command("--index", kitchen.index, stdin=asked)
    assert printed.code == 0
    assert "Understood as: Where does Guild of Northern Bakers meet?" in printed.out
    assert "Tromsø" in printed.out


@pytest.mark.parametrize("farewell", ["exit", "QUIT", ":q"])
def test_a_prompt_ends_when_told_to(kitchen: Library, command: Command, farewell: str) -> None:
    """What follows is not answered any more."""
    printed = command("--index", kitchen.index, stdin=f"{farewell}\n{QUESTION}\n".encode())
    assert printed.code == 0
    assert "1921" not in printed.out


def test_a_prompt_goes_on_after_a_question_that_cannot_be_asked(kitchen: Library, command: Command) -> None:
    """Too long a text is refused in words, the next question is answered."""
    printed = command("--index", kitchen.index, stdin=b"x" * 2001 + f"\n{QUESTION}\n".encode())
    assert "2,001 characters" in printed.out
    assert "1921" in printed.out


def test_a_prompt_in_a_terminal(kitchen: Library) -> None:
    """A person at a terminal is asked for a question, reads the answer with its source, and leaves with `exit`."""
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "assistant", "--index", str(kitchen.index)],
        cwd=ROOT,
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        env=os.environ | {"TERM": "xterm", "COLUMNS": "200"},
        start_new_session=True,
    )
    os.close(theirs)
    try:
        seen = _read_until(ours, "You")
        assert "I answer questions about" in seen
        os.write(ours, f"{QUESTION}\n".encode())
        answered = _read_until(ours, "characters")
        assert "1921" in answered
        assert "bread.md" in answered
        os.write(ours, b"exit\n")
        _read_until(ours, None)
        assert process.wait() == 0
    finally:
        process.kill()
        process.wait()
        os.close(ours)


def _read_until(terminal: int, wanted: str | None) -> str:
    """What a terminal shows until it shows `wanted`, or to the end of the program."""
    seen = b""
    while wanted is None or wanted not in seen.decode(errors="replace"):
        assert select.select([terminal], [], [], 120)[0], f"nothing more came after {seen.decode(errors='replace')!r}"
        try:
            piece = os.read(terminal, 65536)
        except OSError:  # how Linux tells that the other side has closed
            piece = b""
        if not piece:
            assert wanted is None, seen.decode(errors="replace")
            break
        seen += piece
    return seen.decode(errors="replace")


def test_a_reader_that_has_seen_enough_is_no_error(kitchen: Library) -> None:
    """`--batch - | head -1` prints one answer, and no complaint about the pipe that was closed."""
    lines = json.dumps({"question": QUESTION}) + "\n"
    done = subprocess.run(
        ["bash", "-c", f"'{sys.executable}' -m assistant --batch - --index '{kitchen.index}' | head -1"],
        cwd=ROOT,
        input=lines * 12,
        capture_output=True,
        text=True,
    )
    assert len(done.stdout.splitlines()) == 1
    check_contract(json.loads(done.stdout), kitchen.texts)
    assert done.stderr.strip() == ""


def test_a_reader_that_has_gone_is_no_error(kitchen: Library) -> None:
    """One answer into a pipe that nobody reads: no complaint, no traceback."""
    reading, writing = os.pipe()
    os.close(reading)
    done = subprocess.run(
        [sys.executable, "-m", "assistant", "--json", QUESTION, "--index", str(kitchen.index)],
        cwd=ROOT,
        stdout=writing,
        stderr=subprocess.PIPE,
        text=True,
    )
    os.close(writing)
    assert done.stderr.strip() == ""
    assert done.returncode in {0, 2}


def test_the_default_index_is_built_when_it_is_missing(tmp_path: Path) -> None:
    """Right after installing, a question is answered: progress on standard error, the answer alone on output."""
    for package in ("assistant", "ingest"):
        shutil.copytree(ROOT / package, tmp_path / package, ignore=shutil.ignore_patterns("__pycache__"))
    (tmp_path / "corpus").mkdir()
    shutil.copy(ROOT / "corpus" / "mundo.md", tmp_path / "corpus")
    done = subprocess.run(
        [sys.executable, "-m", "assistant", "--json", "What is MUNDO?"], cwd=tmp_path, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    (line,) = done.stdout.splitlines()
    assert json.loads(line)["citations"][0]["source"] == "mundo.md"
    assert done.stderr.strip()
    assert "Traceback" not in done.stderr
    assert (tmp_path / ".index").is_dir()


def test_opening_in_python_names_what_is_wrong(tmp_path: Path) -> None:
    """A missing index is an IngestError with its path, not a stack of somebody else's errors."""
    with pytest.raises(IngestError, match="nowhere"):
        Assistant.open(tmp_path / "nowhere")
