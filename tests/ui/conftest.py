"""A real page: `python ui.py` in a process of its own, over an index built from a few texts, in a real browser."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Error, Page, Playwright, expect, sync_playwright

ROOT = Path(__file__).parents[2]
PATIENCE = 90_000  # milliseconds; no test is about speed, and the machine may be busy

TEXTS = {
    "harbour-institute.md": """---
title: Harbour Institute
partner: Harbour Institute
kind: institute
since: 2014
places: [Rotterdam]
subjects: [ports, logistics]
url: https://example.org/harbour-institute
as_of: 2025-03-04
---

# Harbour Institute

The Harbour Institute is a research institute in Rotterdam that works with Maastricht University on ports.
The partnership with the Harbour Institute started in 2014.

## Joint degree

The Harbour Institute and Maastricht University offer a joint degree in Port Economics. Students of the joint
degree spend one year in Rotterdam.
""",
    "lighthouse-network.md": """---
title: Lighthouse Network
partner: Lighthouse Network
kind: network
places: [Lisbon]
subjects: [oceans]
url: javascript:window.__pwned=3
as_of: 2025-03-05
---

# Lighthouse Network

The Lighthouse Network <script>window.__pwned = 1</script><img src=x onerror="window.__pwned = 2"> connects
twelve universities that study oceans. The Lighthouse Network has its office in Lisbon.
""",
    "mill-foundation.md": """---
title: Mill Foundation
partner: Mill Foundation
kind: foundation
since: 2019
places: [Ghent]
subjects: [energy]
as_of: 2025-03-06
---

# Mill Foundation

The Mill Foundation in Ghent pays for scholarships in energy research at Maastricht University.
The Mill Foundation has three goals:

- more doctoral students
- better laboratories
- a yearly summer school
""",
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Served:
    """A running page: where it is, and where it writes what people thought of the answers."""

    url: str
    feedback: Path


def command(*arguments: object) -> list[str]:
    return [sys.executable, str(ROOT / "ui.py"), *map(str, arguments)]


@contextmanager
def serving(index: Path, feedback: Path) -> Iterator[Served]:
    """`python ui.py` on a free port, until the block ends; the models load meanwhile."""
    environment = os.environ | {"ASSISTANT_FEEDBACK": str(feedback), "PYTHONUNBUFFERED": "1"}
    log = feedback.with_suffix(".log")
    with (
        log.open("w") as errors,
        subprocess.Popen(
            command("--port", 0, "--index", index),
            env=environment,
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
            cwd=ROOT,
        ) as process,
    ):
        try:
            assert process.stdout is not None
            line = process.stdout.readline().strip()
            assert line.startswith("Open http://127.0.0.1:"), log.read_text()
            yield Served(url=line.removeprefix("Open "), feedback=feedback)
        finally:
            process.terminate()


@pytest.fixture(scope="session")
def index(tmp_path_factory: pytest.TempPathFactory) -> Path:
    corpus, index = tmp_path_factory.mktemp("corpus"), tmp_path_factory.mktemp("built") / "index"
    for name, text in TEXTS.items():
        (corpus / name).write_text(text, encoding="utf-8")
    built = [sys.executable, "-m", "ingest", "build", str(corpus), "--index", str(index)]
    subprocess.run(built, cwd=ROOT, check=True, capture_output=True)
    return index


def chromium(playwright: Playwright) -> Browser:
    """The Chromium that $CHROMIUM_PATH names, that of the system, or the one that Playwright installed."""
    found = filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome")))
    named = os.environ.get("CHROMIUM_PATH") or next(found, None)
    quiet = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run"]
    quiet += ["--disable-component-update", "--disable-sync"]
    try:
        return playwright.chromium.launch(executable_path=named, args=quiet)
    except Error as error:
        if named is None:
            pytest.skip(f"no Chromium: set CHROMIUM_PATH or run `playwright install chromium` ({error.message[:60]})")
        raise


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright, chromium(playwright) as browser:
        yield browser


@dataclass(slots=True)
class Visit:
    """One person's visit: a page in a browser profile of its own, and all that the browser saw of it."""

    page: Page
    requests: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)

    def ask(self, question: str) -> None:
        box = self.page.get_by_label("Your question")
        box.fill(question)
        box.press("Enter")

    def answered(self, turn: int) -> None:
        expect(self.page.locator(f"#turn-{turn}[aria-busy=false]")).to_be_visible()


@contextmanager
def visiting(browser: Browser, url: str, *, width: int = 1280, height: int = 800) -> Iterator[Visit]:
    """A visit that fails if a request leaves this machine, the browser complains, or a text's script ran."""
    context = browser.new_context(
        viewport={"width": width, "height": height}, permissions=["clipboard-read", "clipboard-write"]
    )
    context.set_default_timeout(PATIENCE)
    expect.set_options(timeout=PATIENCE)
    visit = Visit(page=context.new_page())
    visit.page.on("request", lambda request: visit.requests.append(request.url))
    visit.page.on("pageerror", lambda error: visit.complaints.append(str(error)))
    visit.page.on(
        "console",
        lambda message: visit.complaints.append(message.text) if message.type == "error" else None,
    )
    try:
        visit.page.goto(url)
        yield visit
        assert visit.page.evaluate("window.__pwned") is None
        assert [asked for asked in visit.requests if not asked.startswith((url, "data:", "blob:"))] == []
        assert visit.complaints == []
    finally:
        context.close()


@pytest.fixture(scope="session")
def served(index: Path) -> Iterator[Served]:
    with tempfile.TemporaryDirectory() as folder, serving(index, Path(folder) / "feedback.jsonl") as served:
        yield served


@pytest.fixture
def visit(browser: Browser, served: Served) -> Iterator[Visit]:
    with visiting(browser, served.url) as visit:
        yield visit
