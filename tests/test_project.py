"""What the project says of itself is true: commands, settings, dependencies, sizes, links."""

from __future__ import annotations

import ast
import json
import os
import re
import subprocess
import sys
import tomllib
from importlib.metadata import packages_distributions
from pathlib import Path
from typing import Any

import pytest

from ingest.registry import FrontMatter, read_front_matter
from tests.test_imports import imports, part_of, sources

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
GUIDES = {name: (ROOT / name).read_text(encoding="utf-8") for name in ("README.md", "CONTRIBUTING.md")}
CORPUS_README = (ROOT / "corpus" / "README.md").read_text(encoding="utf-8")
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
CONSTRAINTS = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
OURS = ("assistant", "benchmarks", "evals", "ingest", "pages", "tests", "training", "ui")


def code_of(guide: str) -> list[str]:
    """Every piece of code in a Markdown text: the lines of its fenced blocks, and its inline code."""
    fenced = re.findall(r"^```\w*\n(.*?)^```", guide, re.DOTALL | re.MULTILINE)
    inline = re.findall(r"`([^`\n]+)`", re.sub(r"^```.*?^```", "", guide, flags=re.DOTALL | re.MULTILINE))
    return [line.partition("  #")[0].strip() for block in fenced for line in block.splitlines()] + inline


def rows(guide: str) -> list[str]:
    """The first cell of every table row that holds one name in code."""
    return re.findall(r"^\| `([\w-]+)` \|", guide, re.MULTILINE)


def normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def declared(*extras: str) -> set[str]:
    """The distributions that the project declares for these extras; without any, for its core."""
    lists = [PROJECT["project"]["optional-dependencies"][extra] for extra in extras]
    lists = lists or [PROJECT["project"]["dependencies"]]
    return {normal(re.split(r"[<>=!~\[ ;]", line, maxsplit=1)[0]) for one in lists for line in one}


def settings_of(files: dict[str, str]) -> set[str]:
    """The environment variables that the code reads: fields of its settings classes, and names in full."""
    classes = {
        node.name: node
        for source in files.values()
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.ClassDef)
        if node.name.endswith("Settings")
    }
    found = {name for source in files.values() for name in re.findall(r"\bASSISTANT_[A-Z_]*[A-Z]\b", source)}
    for node in classes.values():
        # One class may build on another; all of ours have the same prefix.
        assert "Settings" in ast.unparse(node.bases[0]), f"{node.name} is no settings class"
        for line in node.body:
            if isinstance(line, ast.AnnAssign) and isinstance(line.target, ast.Name):
                found.add(f"ASSISTANT_{line.target.id.upper()}")
    return found


@pytest.mark.parametrize("name", GUIDES)
def test_every_make_target_that_is_named_exists(name: str) -> None:
    """`make X` in a guide is a target of the Makefile."""
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    named = {match[1] for code in code_of(GUIDES[name]) if (match := re.match(r"make ([a-z]+)", code))}
    assert named
    assert named <= targets


def commands() -> list[str]:
    """The commands of ours in the guides, without their quoted arguments."""
    lines = [re.sub(r"\"[^\"]*\"|'[^']*'", "", code) for guide in GUIDES.values() for code in code_of(guide)]
    ours = r"(?:\S*python3? )((?:-m (?:ingest|assistant|evals|benchmarks)|ui\.py)\b[^|<>]*)"
    return sorted({match[1].strip() for line in lines if (match := re.search(ours, line))})


@pytest.mark.parametrize("command", commands())
def test_every_command_that_is_named_exists(command: str) -> None:
    """The command explains itself with --help, and its help names every option that the guides use."""
    words = command.split()
    start = 2 if words[0] == "-m" else 1
    chosen = [word for word in words[start : start + 1] if re.fullmatch(r"[a-z]+", word)]
    help_text = run_python(dict(os.environ), *words[:start], *chosen, "--help")
    options = [word for word in words if word.startswith("--")]
    assert [option for option in options if option not in help_text] == []


def test_every_setting_is_documented() -> None:
    """The README's table and .env.example list the variables that the code reads, and no others."""
    settings = settings_of(sources("ingest", "assistant", "evals", "pages", "ui"))
    assert {row for row in rows(README) if row.startswith("ASSISTANT_")} == settings
    example = (ROOT / ".env.example").read_text(encoding="utf-8")
    assert set(re.findall(r"^#? ?(ASSISTANT_[A-Z_]+)=", example, re.MULTILINE)) == settings


@pytest.fixture(scope="module")
def environment(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The environment of a reader who has followed the README up to and including the index."""
    environment = os.environ | {"ASSISTANT_INDEX": str(tmp_path_factory.mktemp("readme") / "index")}
    run_python(environment, "-m", "ingest", "build")
    return environment


def run_python(environment: dict[str, str], *arguments: str) -> str:
    """What a command prints, run in the folder of the project."""
    run = subprocess.run(
        [sys.executable, *arguments], cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )
    assert run.returncode == 0, run.stderr
    return run.stdout


def shown_answer() -> dict[str, Any]:
    (example,) = re.findall(r"^```json\n(.*?)^```", README, re.DOTALL | re.MULTILINE)
    return dict(json.loads(example))


def test_the_answer_in_the_readme_is_the_answer_that_is_given(environment: dict[str, str]) -> None:
    """Who programs against the example finds the same keys, text and quote."""
    shown = shown_answer()
    given = json.loads(run_python(environment, "-m", "assistant", "--json", shown["question"]))
    assert list(shown) == list(given)
    varying = {"passages", "suggestions", "seconds"}
    assert {key: shown[key] for key in shown if key not in varying} == {
        key: given[key] for key in given if key not in varying
    }
    assert list(shown["seconds"]) == list(given["seconds"])
    assert list(shown["passages"][0]) == list(given["passages"][0])


def test_the_python_in_the_readme_runs(environment: dict[str, str]) -> None:
    """The lines for use from Python print the answer that the example of JSON holds."""
    (block,) = re.findall(r"^```python\n(.*?)^```", README, re.DOTALL | re.MULTILINE)
    assert run_python(environment, "-c", block).strip() == shown_answer()["text"]


def test_the_corpus_guide_lists_the_fields_that_are_read() -> None:
    """Every field of the front matter has its row, and the example uses each of them."""
    fields = {"source" if field == "origin" else field for field in FrontMatter.__dataclass_fields__}
    assert set(rows(CORPUS_README)) == fields
    example = next(iter(re.findall(r"^```markdown\n(.*?)^```", CORPUS_README, re.DOTALL | re.MULTILINE)))
    front = read_front_matter(example, name="corpus/README.md")
    assert [field for field in FrontMatter.__dataclass_fields__ if not getattr(front, field)] == []


def test_constraints_name_versions_and_nothing_else() -> None:
    """One exact version a line: no hashes, options, addresses or builds."""
    wrong = [line for line in CONSTRAINTS if not re.fullmatch(r"[a-z0-9-]+==[0-9][\w.]*( ; [^:/]+)?", line)]
    assert wrong == []


def test_constraints_cover_every_dependency() -> None:
    """Whatever is declared is pinned, so that two installs are the same."""
    extras = [extra for extra in PROJECT["project"]["optional-dependencies"] if extra != "all"]
    pinned = {line.partition("==")[0] for line in CONSTRAINTS}
    assert declared() | declared(*extras) <= pinned


def test_every_import_is_declared() -> None:
    """The core installs without Gradio, scipy and pytest: each part imports what its own extra brings."""
    extras = {"ui": ["ui"], "pages": ["ui"], "evals": ["evals"]}
    everything = [extra for extra in PROJECT["project"]["optional-dependencies"] if extra != "all"]
    distributions = packages_distributions()
    missing = []
    for path, source in sources(*OURS).items():
        part = part_of(path)
        wanted = extras.get(part, []) if part in {"ingest", "assistant", *extras} else everything
        allowed = declared() | (declared(*wanted) if wanted else set())
        for found in imports(path, source):
            if found.top in sys.stdlib_module_names or found.top in OURS:
                continue
            if not {normal(name) for name in distributions.get(found.top, [])} & allowed:
                missing.append(f"{path}:{found.line}: {found.top}")
    assert missing == []


def test_every_dependency_is_used() -> None:
    """Nothing is installed for no reason."""
    distributions = packages_distributions()
    tops = {found.top for path, source in sources(*OURS).items() for found in imports(path, source)}
    used = {normal(name) for top in tops for name in distributions.get(top, [])}
    assert (declared() | declared("ui", "evals")) - used == set()


def test_no_file_holds_two_nouns() -> None:
    """A Python file of more than 400 lines is two files."""
    lengths = {path: source.count("\n") for path, source in sources(*OURS).items()}
    assert {path: length for path, length in lengths.items() if length > 400} == {}


@pytest.mark.parametrize("name", [*GUIDES, "corpus/README.md"])
def test_every_link_leads_somewhere(name: str) -> None:
    """What a guide links to, pictures included, lies in the project."""
    path = ROOT / name
    targets = re.findall(r"\]\((?!https?:|#|mailto:)([^)#]+)", path.read_text(encoding="utf-8"))
    assert [target for target in targets if not (path.parent / target).exists()] == []


def test_the_layout_in_the_readme_exists() -> None:
    """Each line of the layout names a folder or file of the project."""
    layout = re.search(r"^## Layout\n+```\n(.*?)^```", README, re.DOTALL | re.MULTILINE)
    assert layout
    names = [line.split()[0] for line in layout[1].splitlines()]
    assert [name for name in names if not (ROOT / name).exists()] == []


def test_the_changelog_knows_the_version() -> None:
    """The newest release in the changelog is the version of the package."""
    changelog = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    released = re.findall(r"^## \[?(\d+\.\d+\.\d+)\]?", changelog, re.MULTILINE)
    assert released[0] == PROJECT["project"]["version"]


def test_ci_runs_what_people_run() -> None:
    """Continuous integration has no commands of its own: it calls the targets that the guides name."""
    calls = (ROOT / ".ci" / "run").read_text(encoding="utf-8").splitlines()
    assert {"make lint", "make test", "make evals"} <= set(calls)


def test_the_checker_reads_settings_from_code() -> None:
    """A field of a settings class counts, inherited prefix or not, and so does a variable named in full."""
    files = {
        "a.py": "class IngestSettings(BaseSettings):\n    index: str\n    def f(self):\n        x: int = 1",
        "b.py": "class OurSettings(IngestSettings):\n    chat_model: str\nos.environ['ASSISTANT_KEY']",
    }
    assert settings_of(files) == {"ASSISTANT_INDEX", "ASSISTANT_CHAT_MODEL", "ASSISTANT_KEY"}
