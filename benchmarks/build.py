"""Time and memory of a build: from nothing, with nothing changed, and with one file changed."""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path
from statistics import median
from time import perf_counter

from benchmarks.child import Child, highest_peak, median_seconds
from benchmarks.errors import BenchmarkError
from benchmarks.figure import Beside, Figure, Measured
from benchmarks.workspace import Workspace
from ingest import BuildResult, Index, build_index, load_embeddings, sentences_of

PART = "build"
_ROUNDS = 3
_ADDED = "\n\nThis paragraph stands here so that one file has changed.\n"
_FLOOR = "loading the model, one text"


def measure(workspace: Workspace) -> list[Measured]:
    """The command as a person runs it, then the work alone, without the start of Python and the model."""
    return [*_commands(workspace), *_work(workspace)]


def _commands(workspace: Workspace) -> list[Measured]:
    runs: dict[str, list[Child]] = defaultdict(list)
    for number in range(_ROUNDS):
        workspace.say(f"{PART}: the command, round {number + 1} of {_ROUNDS}")
        corpus = workspace.corpus("changing")
        command = ("-m", "ingest", "build", str(corpus), "--index", str(workspace.path / f"command-{number}"))
        runs["floor"].append(workspace.load_and_embed())
        runs["first"].append(workspace.python(*command))
        runs["again"].append(workspace.python(*command))
        change_one_file(corpus)
        runs["one"].append(workspace.python(*command))
    seconds = {name: median_seconds(children) for name, children in runs.items()}
    peaks = {name: highest_peak(children) for name, children in runs.items()}
    first = Beside(name="from nothing", value=seconds["first"])
    return [
        Figure(
            part=PART,
            name="command, from nothing",
            value=seconds["first"],
            unit="s",
            beside=(Beside(name=_FLOOR, value=seconds["floor"]),),
        ),
        Figure(part=PART, name="command, nothing changed", value=seconds["again"], unit="s", beside=(first,)),
        Figure(part=PART, name="command, one file changed", value=seconds["one"], unit="s", beside=(first,)),
        Figure(
            part=PART,
            name="peak memory, from nothing",
            value=peaks["first"],
            unit="MB",
            beside=(Beside(name=_FLOOR, value=peaks["floor"]),),
        ),
        Figure(
            part=PART,
            name="peak memory, nothing changed",
            value=peaks["again"],
            unit="MB",
            beside=(Beside(name="from nothing", value=peaks["first"]),),
        ),
    ]


def _work(workspace: Workspace) -> list[Measured]:
    embeddings = load_embeddings()
    embeddings.embed_query("ready")
    times: dict[str, list[float]] = defaultdict(list)

    def build(name: str, corpus: Path, index: Path) -> BuildResult:
        began = perf_counter()
        result = build_index([corpus], index_dir=index, embeddings=embeddings)
        times[name].append(perf_counter() - began)
        return result

    for number in range(_ROUNDS):
        workspace.say(f"{PART}: the work alone, round {number + 1} of {_ROUNDS}")
        corpus, index = workspace.corpus("changing"), workspace.path / f"work-{number}"
        first = build("first", corpus, index)
        with Index.open(index, embeddings=embeddings) as opened:
            texts = _texts(opened)
        began = perf_counter()
        embeddings.embed(texts)
        times["embedding"].append(perf_counter() - began)
        if build("again", corpus, index).changed:
            raise BenchmarkError("a second build of the same texts changed the index; that is a defect of the build")
        change_one_file(corpus)
        one = build("one", corpus, index)
        if not 0 < one.added < first.chunks:
            raise BenchmarkError(f"one changed file of many made {one.added} of {one.chunks} chunks anew")
    seconds = {name: median(found) for name, found in times.items()}
    beside = Beside(name="from nothing", value=seconds["first"])
    alone = Beside(name="embedding its texts alone", value=seconds["embedding"])
    return [
        Figure(part=PART, name="work, from nothing", value=seconds["first"], unit="ms", beside=(alone,)),
        Figure(part=PART, name="work, nothing changed", value=seconds["again"], unit="ms", beside=(beside,)),
        Figure(part=PART, name="work, one file changed", value=seconds["one"], unit="ms", beside=(beside,)),
    ]


def change_one_file(corpus: Path) -> None:
    """Adds a paragraph to the text that comes first by name."""
    path = next(path for path in sorted(corpus.glob("*.md")) if path.name != "README.md")
    path.write_text(path.read_text(encoding="utf-8") + _ADDED, encoding="utf-8")


def _texts(index: Index) -> list[str]:
    """About what the build embedded: the chunks and their sentences, without the titles that it put before them."""
    return [text for chunk in index.chunks for text in (chunk.page_content, *(s.text for s in sentences_of(chunk)))]
