"""An assistant over the shipped texts and one over texts that it has never been meant for: a kitchen's."""

from __future__ import annotations

import io
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from assistant import Assistant
from ingest import build_index, load_documents, load_embeddings
from tests.assistant.contract import Library

ROOT = Path(__file__).parents[2]

SOUPS = """\
Soups of the Valley

Pea soup needs split peas, a smoked sausage and two hours of patience. The soup was first cooked in Groningen in 1874.

Serving

Serve pea soup with rye bread and bacon. Leftovers keep for three days in the refrigerator.
"""

BREAD = """\
# Sourdough bread

Sourdough bread is leavened with wild yeast instead of bought yeast. A starter needs five days before it can raise a
loaf.

## Ingredients

A loaf of sourdough bread has four ingredients:

- strong flour
- water
- sea salt
- an *active* starter

## Baking

Bake the loaf at 230 degrees for 40 minutes.

The Guild of Northern Bakers (GNB) was founded in 1921. The GNB meets in Tromsø every spring.

## Oven temperatures

| flour | degrees |
|---|---|
| barley | 210 |
| spelt | 225 |
"""

CHEESE = """\
<!doctype html><html><head><title>Goat cheese | Our kitchen</title>
<link rel="canonical" href="https://kitchen.example/cheese"></head><body><main><h1>Goat cheese</h1>
<p>Goat cheese is made from the milk of goats &amp; a drop of rennet. The curd drains for <b>twelve hours</b>.</p>
<h2>Ageing</h2><p>Goat cheese ages for three weeks in a cool cellar in Valençay.</p>
<p>The cellar must not be warmer than 12 degrees.</p></main></body></html>
"""

# As an editor on Windows saves it: a mark at the beginning, CR and LF at the end of each line.
PICKLES = (
    "\ufeffPickles\r\n\r\nThe label of the pickle jar reads <script>window.x=1</script> and [1] and *fresh*."
    "\r\nPickled cucumbers stay in the brine for\r\nsix weeks – no less.\r\n"
).encode()


def library(folder: Path, index: Path, embeddings: object) -> Library:
    """Build an index of the texts in a folder and open it."""
    build_index([folder], index_dir=index, embeddings=embeddings)
    texts = {str(document.metadata["source"]): document.page_content for document in load_documents([folder])}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("assistant.assistant.load_embeddings", lambda name=None: embeddings)
        return Library(folder=folder, index=index, assistant=Assistant.open(index), texts=texts)


@pytest.fixture(scope="session")
def shipped(tmp_path_factory: pytest.TempPathFactory, embeddings: object) -> Library:
    """The texts that come with the project."""
    return library(ROOT / "corpus", tmp_path_factory.mktemp("shipped") / "index", embeddings)


@pytest.fixture(scope="session")
def kitchen(tmp_path_factory: pytest.TempPathFactory, embeddings: object) -> Library:
    """Recipes: plain text, Markdown without front matter and HTML; no registry, no partnership."""
    folder = tmp_path_factory.mktemp("kitchen")
    (folder / "soups.txt").write_text(SOUPS, encoding="utf-8")
    (folder / "bread.md").write_text(BREAD, encoding="utf-8")
    (folder / "dairy").mkdir()
    (folder / "dairy" / "cheese.html").write_text(CHEESE, encoding="utf-8")
    (folder / "pickles.txt").write_bytes(PICKLES)
    return library(folder, tmp_path_factory.mktemp("kitchen-index") / "index", embeddings)


@dataclass(frozen=True, kw_only=True, slots=True)
class Printed:
    """What a command printed, and its exit code."""

    code: int
    out: str
    err: str

    @property
    def lines(self) -> list[str]:
        return self.out.splitlines()

    @property
    def complaints(self) -> list[str]:
        """The lines on standard error that say something."""
        return [line for line in self.err.splitlines() if line.strip()]

    def refused(self) -> str:
        """The one line on standard error of a command that was given something it cannot use."""
        assert self.code == 2
        assert self.out == ""
        assert len(self.complaints) == 1, self.err
        assert "Traceback" not in self.err
        return self.complaints[0]


Command = Callable[..., Printed]


@pytest.fixture
def command(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Command:
    """`python -m assistant` in this process, which has the embedding model already; `stdin` is bytes."""
    from assistant.__main__ import main

    # The same model, but its weights are read once for all tests.
    monkeypatch.setattr("assistant.assistant.load_embeddings", _loaded_once)

    def run(*arguments: object, stdin: bytes = b"") -> Printed:
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin), encoding="utf-8"))
        try:
            code = main([str(argument) for argument in arguments])
        except SystemExit as ended:
            code = int(ended.code or 0)
        printed = capsys.readouterr()
        return Printed(code=code, out=printed.out, err=printed.err)

    return run


_MODELS: dict[str | None, object] = {}


def _loaded_once(name: str | None = None) -> object:
    return _MODELS.setdefault(name, load_embeddings(name))


@pytest.fixture(scope="session", autouse=True)
def _one_model(embeddings: object) -> None:
    _MODELS["all-MiniLM-L6-v2"] = embeddings
