"""The one direction of imports, read from the source: corpus <- ingest <- assistant <- {evals, ui, pages}."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent

# What each part may import of ours. Nothing may import `training` or `benchmarks`: they are in no value.
ALLOWED: dict[str, set[str]] = {
    "ingest": set(),
    "assistant": {"ingest"},
    "evals": {"ingest", "assistant"},
    "pages": {"ingest", "assistant"},
    "ui": {"ingest", "assistant", "pages"},
    "training": {"ingest", "assistant", "evals"},
    "benchmarks": {"ingest", "assistant", "evals"},
}
# `ui.py` and `pages/` are one part, the page, in two places: it composes the files of `pages/` one by one.
INSIDE = {("ui", "pages")}
SHIPPED = ("ingest", "assistant", "evals", "pages", "ui")


@dataclass(frozen=True, kw_only=True, slots=True)
class Import:
    """One import: `from module import name`, or `import module` with an empty name."""

    module: str
    name: str
    line: int

    @property
    def top(self) -> str:
        return self.module.partition(".")[0]


def part_of(path: str) -> str:
    """The package or top-level module that a path relative to the root belongs to."""
    return path.partition("/")[0].removesuffix(".py")


def imports(path: str, source: str) -> Iterator[Import]:
    """Every import of a file, also in functions, by relative name, and by a literal name at run time."""
    package = path.split("/")[:-1]
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield Import(module=alias.name, name="", line=node.lineno)
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1] if node.level else []
            module = ".".join([*base, *([node.module] if node.module else [])])
            for alias in node.names:
                yield Import(module=module or alias.name, name=alias.name if module else "", line=node.lineno)
        elif isinstance(node, ast.Call) and node.args and isinstance(node.args[0], ast.Constant):
            called = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            if called in {"import_module", "__import__"} and isinstance(node.args[0].value, str):
                yield Import(module=node.args[0].value, name="", line=node.lineno)


def names_of(init: str) -> set[str]:
    """The names that an `__init__` gives away: its `__all__` if it has one, else what it binds."""
    bound: set[str] = set()
    for node in ast.parse(init).body:
        if isinstance(node, ast.ImportFrom | ast.Import):
            bound |= {(alias.asname or alias.name).partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            bound.add(node.name)
        elif isinstance(node, ast.Assign | ast.AnnAssign):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            names = {target.id for target in targets if isinstance(target, ast.Name)}
            if "__all__" in names and node.value is not None:
                return set(ast.literal_eval(node.value))
            bound |= names
    return bound


def wrong_arrows(files: dict[str, str]) -> list[str]:
    """The imports among `files` (path relative to the root -> source) that break a rule, one line each."""
    inits = {part: names_of(files[f"{part}/__init__.py"]) for part in ALLOWED if f"{part}/__init__.py" in files}
    wrong = []
    for path, source in sorted(files.items()):
        part = part_of(path)
        for found in imports(path, source):
            if found.top not in ALLOWED or found.top == part:
                continue
            place = f"{path}:{found.line}"
            if found.top not in ALLOWED[part]:
                wrong.append(f"{place}: {part} must not import {found.top}")
            elif (part, found.top) in INSIDE:
                continue
            elif "." in found.module:
                wrong.append(f"{place}: imports {found.module}; take the name from {found.top} itself")
            elif found.name and found.name not in inits.get(found.top, {found.name}):
                wrong.append(f"{place}: {found.top}/__init__.py has no name {found.name}")
    return wrong


def importers(files: dict[str, str], *modules: str) -> set[str]:
    """The files that import one of these top-level modules."""
    return {path for path, source in files.items() if any(i.top in modules for i in imports(path, source))}


def users(files: dict[str, str], *names: str) -> set[str]:
    """The files whose code (not its comments or strings) calls something by one of these names."""
    found = set()
    for path, source in files.items():
        tree = ast.parse(source)
        aliases = {
            alias.asname or alias.name: alias.name
            for node in ast.walk(tree)
            if isinstance(node, ast.ImportFrom)
            for alias in node.names
        }
        for node in ast.walk(tree):
            # As in Name(...), module.Name(...) and Name.load(...), Name possibly imported under another name.
            called: ast.expr | None = node.func if isinstance(node, ast.Call) else None
            while isinstance(called, ast.Attribute):
                if called.attr in names:
                    found.add(path)
                called = called.value
            if isinstance(called, ast.Name) and aliases.get(called.id, called.id) in names:
                found.add(path)
    return found


def sources(*parts: str) -> dict[str, str]:
    """The Python files of these parts as they stand in the project."""
    paths = [
        path
        for part in parts
        for path in ([ROOT / f"{part}.py"] if (ROOT / f"{part}.py").exists() else (ROOT / part).rglob("*.py"))
    ]
    return {path.relative_to(ROOT).as_posix(): path.read_text(encoding="utf-8") for path in paths}


def test_packages_import_in_one_direction_only() -> None:
    """No file reaches against the direction, around an `__init__`, or into training and benchmarks."""
    assert wrong_arrows(sources(*ALLOWED)) == []


def test_only_the_pages_know_gradio() -> None:
    """Whoever uses the assistant in another program never needs Gradio."""
    files = importers(sources(*ALLOWED), "gradio", "gradio_client")
    assert {part_of(path) for path in files} <= {"ui", "pages"}


def test_one_file_touches_chroma() -> None:
    """Another store would be a change of one file."""
    assert len(files := importers(sources(*ALLOWED), "chromadb", "langchain_chroma")) == 1, files


def test_one_file_decides_which_embedding_model_is_loaded() -> None:
    """Index and question are embedded by the same model because one place creates it."""
    makers = users(sources(*SHIPPED), "SentenceTransformer", "HuggingFaceEmbeddings", "init_embeddings")
    assert len(makers) == 1, makers


INIT = {
    "ingest/__init__.py": "from ingest.index import Index",
    "ingest/index.py": "import chromadb\nclass Index: ...",
    "assistant/__init__.py": "__all__ = ['Assistant']\nfrom .assistant import Assistant, secret",
    "assistant/assistant.py": "from ingest import Index",
    "pages/__init__.py": "def chat(): ...",
    "training/train.py": "import sentence_transformers",
    "ui.py": "import gradio\nfrom assistant import Assistant\nfrom pages.chat import chat",
}


def test_the_checker_accepts_the_direction() -> None:
    """Relative imports within a package, and names of an `__init__` along the direction, are fine."""
    assert wrong_arrows(INIT) == []


@pytest.mark.parametrize(
    ("path", "source"),
    [
        ("ingest/a.py", "import assistant"),
        ("ingest/a.py", "def f():\n    from assistant import Assistant"),
        ("ingest/a.py", "import importlib\nimportlib.import_module('assistant')"),
        ("ingest/a.py", "from importlib import import_module as load\nimport_module('evals.run')"),
        ("ingest/a.py", "if False:\n    import ui"),
        ("assistant/a.py", "from ingest.index import Index"),
        ("assistant/a.py", "import ingest.index"),
        ("assistant/a.py", "from ingest import index"),
        ("assistant/deep/a.py", "from evals import run"),
        ("evals/a.py", "from assistant import secret"),
        ("evals/a.py", "import ui"),
        ("evals/a.py", "from pages import chat"),
        ("evals/a.py", "from training import train"),
        ("pages/a.py", "import evals"),
        ("pages/a.py", "import ui"),
        ("ui.py", "from evals import run"),
        ("ui.py", "from assistant.assistant import Assistant"),
        ("ui.py", "import benchmarks.speed"),
        ("training/a.py", "from ingest.index import Index"),
        ("benchmarks/a.py", "import training"),
    ],
)
def test_the_checker_sees_a_seeded_violation(path: str, source: str) -> None:
    """Each of these single lines, planted into a clean project, is reported with its place."""
    (report,) = wrong_arrows(INIT | {path: source})
    assert report.startswith(f"{path}:")


def test_the_checker_sees_a_second_owner() -> None:
    """A second file that touches Chroma or Gradio, or creates the embedding model, is counted."""
    seeded = INIT | {
        "assistant/b.py": "def f():\n    from langchain_chroma import Chroma",
        "assistant/c.py": "import gradio.themes",
        "ingest/d.py": "from sentence_transformers import SentenceTransformer as S\nmodel = S.load('a')",
        "ingest/e.py": "from sentence_transformers import SentenceTransformer\n# SentenceTransformer('a')",
        "ingest/f.py": "import sentence_transformers as st\nst.SentenceTransformer('a').encode('b')",
        "ingest/g.py": "from sentence_transformers import SentenceTransformer\nm = SentenceTransformer('a')",
    }
    assert importers(seeded, "chromadb", "langchain_chroma") == {"ingest/index.py", "assistant/b.py"}
    assert importers(seeded, "gradio") == {"ui.py", "assistant/c.py"}
    assert users(seeded, "SentenceTransformer") == {"ingest/d.py", "ingest/f.py", "ingest/g.py"}
