"""`python -m ingest`: one line for every outcome, exit code 2 for every mistake, never a traceback."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from ingest.__main__ import main
from ingest.embedding import SentenceEmbeddings
from tests.ingest.conftest import CountingEmbeddings


@pytest.fixture(autouse=True)
def quick_model(monkeypatch: pytest.MonkeyPatch, fake: CountingEmbeddings) -> None:
    """These tests are about the command line; the model is somebody else's."""
    monkeypatch.setattr("ingest.commands.load_embeddings", lambda name: fake)


def test_build_status_restore(texts: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A day's work from the terminal."""
    index = str(tmp_path / "index")
    assert main(["build", str(texts), "--index", index]) == 0
    assert capsys.readouterr() == ("2 documents, 4 chunks: 4 added, 0 kept, 0 removed\n", "")
    assert main(["build", str(texts), "--index", index]) == 0
    assert capsys.readouterr().out == "Nothing changed: 2 documents, 4 chunks\n"
    assert main(["status", "--index", index]) == 0
    printed = capsys.readouterr().out
    assert "2 documents, 4 chunks, 1 partner" in printed
    assert "Up to date" in printed
    (texts / "mill.txt").unlink()
    assert main(["status", "--index", index]) == 0
    assert "Removed   mill.txt\nNot up to date; run `python -m ingest build" in capsys.readouterr().out
    assert main(["build", str(texts), "--index", index]) == 0
    assert capsys.readouterr().out == "1 document, 2 chunks: 0 added, 2 kept, 2 removed\n"
    assert main(["restore", "--index", index]) == 0
    assert capsys.readouterr().out.startswith("Restored ")
    assert main(["status", "--json", "--index", index]) == 0
    assert json.loads(capsys.readouterr().out)["chunks"] == 4


def test_settings_are_the_defaults(
    texts: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without arguments the corpus and index of the settings are meant."""
    monkeypatch.setenv("ASSISTANT_CORPUS", str(texts))
    monkeypatch.setenv("ASSISTANT_INDEX", str(tmp_path / "elsewhere"))
    assert main(["build"]) == 0
    assert (tmp_path / "elsewhere" / "CURRENT").exists()


def test_an_index_is_rebuilt_from_its_own_texts(
    texts: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Following the advice of `status`, or naming the index alone, never replaces it with another corpus."""
    index = str(tmp_path / "index")
    main(["build", str(texts), "--index", index])
    (texts / "mill.txt").unlink()
    capsys.readouterr()
    main(["status", "--index", index])
    assert f"ingest build {texts} --index {index}" in capsys.readouterr().out
    assert main(["build", "--index", index]) == 0
    assert capsys.readouterr().out == "1 document, 2 chunks: 0 added, 2 kept, 2 removed\n"


def test_an_index_of_the_settings_keeps_its_texts(
    texts: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """`make chat` builds without naming anything: that must not put the corpus into somebody's own index."""
    index = str(tmp_path / "index")
    main(["build", str(texts), "--index", index])
    capsys.readouterr()
    monkeypatch.setenv("ASSISTANT_INDEX", index)
    assert main(["build"]) == 0
    assert capsys.readouterr().out == "Nothing changed: 2 documents, 4 chunks\n"
    monkeypatch.setenv("ASSISTANT_CORPUS", str(texts / "mill.txt"))
    assert main(["build"]) == 0
    assert capsys.readouterr().out.startswith("1 document")


def test_files_of_other_kinds_are_named(texts: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Whoever puts a table into the folder learns that nobody reads it."""
    (texts / "teams.csv").write_text("a,b\n", encoding="utf-8")
    assert main(["build", str(texts), "--index", str(tmp_path / "index")]) == 0
    assert "(1 file of other kinds left out: teams.csv)" in capsys.readouterr().out


@pytest.mark.parametrize(
    "arguments",
    [
        ["build", "missing"],
        ["build", "texts/harbour.md", "--index", "texts"],
        ["build", "binary.txt", "--index", "index"],
        ["status", "--index", "missing"],
        ["status", "--index", "texts"],
        ["restore", "--index", "missing"],
        ["restore", "--index", "texts"],
        ["build", "texts", "--index", "texts/mill.txt"],
    ],
)
def test_a_mistake_is_one_line(
    arguments: list[str],
    texts: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """On standard error, with exit code 2."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "binary.txt").write_bytes(b"\0\1\2")
    assert main(arguments) == 2
    printed = capsys.readouterr()
    assert printed.out == ""
    assert printed.err.count("\n") == 1


@pytest.mark.parametrize("arguments", [[], ["fly"], ["build", "--nonsense"], ["status", "x"]])
def test_wrong_arguments_are_one_line(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    """It says where to look for help."""
    with pytest.raises(SystemExit) as caught:
        main(arguments)
    assert caught.value.code == 2
    assert capsys.readouterr().err.count("\n") == 1


def test_an_interrupted_build_says_that_nothing_happened(
    texts: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Ctrl-C is no error, and no traceback."""

    def interrupt(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("ingest.commands.build_index", interrupt)
    assert main(["build", str(texts), "--index", str(tmp_path / "index")]) == 130
    assert capsys.readouterr().err == "Stopped; the index is as it was.\n"


def test_the_command_runs_as_a_program(texts: Path, tmp_path: Path, embeddings: SentenceEmbeddings) -> None:
    """With the real model, from another folder, and nothing on standard error."""
    root = Path(__file__).parent.parent.parent
    done = subprocess.run(
        [sys.executable, "-m", "ingest", "build", str(texts), "--index", "index"],
        capture_output=True,
        text=True,
        check=False,
        cwd=tmp_path,
        env=os.environ | {"PYTHONPATH": str(root)},
    )
    assert (done.returncode, done.stdout) == (0, "2 documents, 4 chunks: 4 added, 0 kept, 0 removed\n")
    assert done.stderr == ""


def test_a_reader_that_has_seen_enough_is_no_error(texts: Path, tmp_path: Path) -> None:
    """`status | head -1` ends quietly."""
    index = str(tmp_path / "index")
    assert main(["build", str(texts), "--index", index]) == 0
    root = Path(__file__).parent.parent.parent
    program = subprocess.Popen(
        [sys.executable, "-m", "ingest", "status", "--index", index],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        cwd=root,
        preexec_fn=lambda: signal.signal(signal.SIGPIPE, signal.SIG_IGN),
    )
    assert program.stdout is not None
    assert program.stderr is not None
    program.stdout.close()
    assert program.stderr.read() == b""
    assert program.wait() == 0
    program.stderr.close()


def test_importing_the_package_is_light() -> None:
    """Nobody who only wants a type pays for torch and Chroma."""
    code = (
        "import sys, ingest; print({'torch', 'sentence_transformers', 'chromadb', 'transformers'} & set(sys.modules))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=True,
        cwd=Path(__file__).parent.parent.parent,
    )
    assert done.stdout == "set()\n"
