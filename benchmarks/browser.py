"""A real browser, where there is one: it opens the chat page and asks."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from benchmarks.errors import BenchmarkError

if TYPE_CHECKING:
    from playwright.sync_api import Browser

_FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
)
_PROGRAMS = ("chromium", "chromium-browser", "google-chrome")
PATIENCE = 180
"""Seconds that an answer on the page may take before it counts as missing."""


class NoBrowserError(Exception):
    """Why there is no browser here, in one line."""


def chromium_path() -> str | None:
    """The Chromium that $CHROMIUM_PATH names or that is on PATH; None leaves it to Playwright.

    Raises BenchmarkError when CHROMIUM_PATH names no program.
    """
    named = os.environ.get("CHROMIUM_PATH")
    if named:
        if shutil.which(named) is None:
            raise BenchmarkError(f"CHROMIUM_PATH names {named!r}, which is no program; correct it or unset it")
        return named
    return next((path for name in _PROGRAMS if (path := shutil.which(name))), None)


@contextmanager
def opened_browser() -> Iterator[Browser]:
    """Raises NoBrowserError where Playwright or a Chromium is missing."""
    try:
        from playwright.sync_api import Error, sync_playwright
    except ImportError:
        raise NoBrowserError("Playwright is not installed") from None
    with sync_playwright() as playwright:
        try:
            browser = playwright.chromium.launch(executable_path=chromium_path(), args=list(_FLAGS))
        except Error as error:
            reason = error.message.strip().splitlines()[0]
            raise NoBrowserError(f"no Chromium can be started ({reason:.80})") from None
        try:
            yield browser
        finally:
            browser.close()


def ask_on_page(browser: Browser, url: str, question: str, *, clock: Callable[[], float]) -> float:
    """Opens the page as a new visitor, asks, and waits for the first citation marker; then reads the clock.

    Raises BenchmarkError when no marker appears.
    """
    from playwright.sync_api import Error

    with browser.new_context() as context:
        context.set_default_timeout(PATIENCE * 1000)
        page = context.new_page()
        try:
            page.goto(url)
            box = page.get_by_label("Your question")
            box.fill(question)
            box.press("Enter")
            page.locator("#turn-1 a.marker").first.wait_for()
            return clock()
        except Error as error:
            reason = error.message.strip().splitlines()[0]
            raise BenchmarkError(f"the page did not answer {question!r} with a citation ({reason:.80})") from None
