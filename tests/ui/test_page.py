"""The chat page as people use it, in a real browser over a real index."""

from __future__ import annotations

import json
import os
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, expect

# tests/ui is no package, so pytest's own loader is the way to what stands in conftest.py
from tests.ui.conftest import ROOT, Served, Visit, command, serving, visiting

pytestmark = pytest.mark.browser

DEGREE = "Which joint degree do the Harbour Institute and Maastricht University offer?"
DEGREE_QUOTE = "The Harbour Institute and Maastricht University offer a joint degree in Port Economics."


def lines(served: Served) -> list[dict[str, Any]]:
    return [json.loads(line) for line in served.feedback.read_text(encoding="utf-8").splitlines()]


def test_an_example_is_one_click_away_and_is_answered(visit: Visit) -> None:
    example = visit.page.locator("#welcome button.ask").first
    expect(example).to_be_visible()
    question = example.inner_text()
    example.click()
    visit.answered(1)
    expect(visit.page.locator("#question-1")).to_contain_text(question)
    expect(visit.page.locator("#turn-1 .answer")).to_have_class(re.compile(r"\banswer answer\b"))


def test_the_question_stands_there_at_once_and_the_answer_follows(visit: Visit) -> None:
    """What the transcript showed is recorded, for the steps in between are short."""
    expect(visit.page.locator("#welcome button.ask").first).to_be_visible()
    visit.page.evaluate(
        """() => {
          window.seen = [];
          new MutationObserver(() => window.seen.push(document.querySelector("#transcript").innerText))
            .observe(document.querySelector("#transcript"), {childList: true, subtree: true, characterData: true});
        }"""
    )
    visit.ask(DEGREE)
    visit.answered(1)
    seen = [shown for shown in visit.page.evaluate("window.seen") if DEGREE in shown]
    assert "Port Economics" not in seen[0]
    assert "Port Economics" in seen[-1]
    expect(visit.page.get_by_label("Your question")).to_have_value("")
    expect(visit.page.get_by_label("Your question")).to_be_focused()


def test_a_marker_opens_its_source_with_exactly_the_quote_marked(visit: Visit) -> None:
    visit.ask(DEGREE)
    visit.answered(1)
    marker = visit.page.locator("#turn-1 a.marker", has_text="[1]").first
    marker.click()
    mark = visit.page.locator("#source-1-1")
    expect(mark).to_be_focused()
    expect(mark).to_be_in_viewport()
    assert " ".join(mark.text_content().split()) == DEGREE_QUOTE  # type: ignore[union-attr]
    card = visit.page.locator("#turn-1 .source").first
    expect(card).to_contain_text("Harbour Institute › Joint degree")
    expect(card).to_contain_text("As of 4 March 2025")
    expect(card.locator("blockquote")).to_contain_text("spend one year in Rotterdam")
    expect(card.get_by_role("link")).to_have_attribute(
        "href", re.compile(r"^https://example\.org/harbour-institute#:~:text=The%20Harbour%20Institute")
    )
    visit.page.keyboard.press("Escape")
    expect(marker).to_be_focused()


def test_a_follow_up_says_how_it_was_understood_and_can_be_corrected(visit: Visit) -> None:
    visit.ask("What is the Harbour Institute?")
    visit.answered(1)
    visit.ask("When did it start?")
    visit.answered(2)
    understood = visit.page.locator("#turn-2 .understood")
    expect(understood).to_contain_text("Understood as:")
    expect(understood.locator("q")).to_contain_text("Harbour Institute")
    expect(visit.page.locator("#turn-2 .text")).to_contain_text("2014")
    understood.get_by_role("button").click()
    box = visit.page.get_by_label("Your question")
    expect(box).to_have_value(understood.locator("q").inner_text())
    expect(box).to_be_focused()


def test_a_suggested_question_is_asked_by_a_click(visit: Visit) -> None:
    visit.ask(DEGREE)
    visit.answered(1)
    suggestion = visit.page.get_by_role("navigation", name="Questions to ask next").get_by_role("button").first
    question = suggestion.inner_text()
    suggestion.click()
    visit.answered(2)
    expect(visit.page.locator("#question-2")).to_contain_text(question)


def test_a_thumb_is_written_down_without_who_gave_it(visit: Visit, served: Served) -> None:
    visit.ask(DEGREE)
    visit.answered(1)
    visit.page.get_by_role("button", name="Poor answer").click()
    expect(visit.page.locator("#notices")).to_have_text("Thank you, noted.")
    expect(visit.page.get_by_role("button", name="Poor answer")).to_have_attribute("aria-pressed", "true")
    line = lines(served)[-1]
    assert line["question"] == DEGREE
    assert line["liked"] is False
    assert line["sources"] == ["harbour-institute.md"]
    assert set(line) == {
        "time", "event", "question", "interpreted_as", "kind", "reason", "text", "sources", "liked"
    }  # fmt: skip
    assert "127.0.0.1" not in json.dumps(line)


def test_an_abstention_is_calm_and_is_kept_for_review(visit: Visit, served: Served) -> None:
    visit.ask("Does Maastricht University work with Stanford University?")
    visit.answered(1)
    answer = visit.page.locator("#turn-1 .answer")
    expect(answer).to_have_class(re.compile("abstention"))
    expect(answer.locator(".kind")).to_have_text("Not in the library")
    expect(visit.page.get_by_role("alert")).to_have_count(0)
    assert lines(served)[-1]["event"] == "unanswered"
    assert lines(served)[-1]["reason"] == "unknown_name"


def test_a_greeting_is_returned_without_sources_or_thumbs(visit: Visit) -> None:
    visit.ask("Hello!")
    visit.answered(1)
    expect(visit.page.locator("#turn-1 .answer.greeting")).to_be_visible()
    expect(visit.page.locator("#turn-1 .sources")).to_have_count(0)
    expect(visit.page.locator("#turn-1 .tools")).to_have_count(0)


def test_what_a_document_says_is_shown_and_never_run(visit: Visit) -> None:
    visit.ask("How many universities does the Lighthouse Network connect?")
    visit.answered(1)
    expect(visit.page.locator("#turn-1 .sources")).to_contain_text("<script>window.__pwned = 1</script>")
    expect(visit.page.locator("#transcript :is(script, img)")).to_have_count(0)
    expect(visit.page.locator("#turn-1 .source a")).to_have_count(0)  # its address is a javascript: one


def test_what_a_person_types_is_shown_as_typed(visit: Visit) -> None:
    typed = (
        "<script>window.__pwned=4</script><img src=x onerror=window.__pwned=5> **bold** $x^2$ "
        "[a](javascript:window.__pwned=6) ![b](http://example.org/c.png) `${window.__pwned=7}` {{this}} &amp;"
    )
    visit.ask(typed)
    visit.answered(1)
    expect(visit.page.locator("#question-1")).to_have_text(f"You asked: {typed}")
    expect(visit.page.locator("#question-1 :is(script, img, a, strong, code, .katex)")).to_have_count(0)


@pytest.mark.parametrize(
    ("typed", "says"),
    [("", "Type a question first"), (" \n\t ", "Type a question first"), ("x" * 100_000, "100,000 characters")],
    ids=["empty", "blank", "very long"],
)
def test_a_question_that_is_none_gets_a_kind_word_and_costs_nothing(visit: Visit, typed: str, says: str) -> None:
    visit.ask(DEGREE)
    visit.answered(1)
    box = visit.page.get_by_label("Your question")
    box.evaluate("(box, text) => { box.value = text; box.dispatchEvent(new Event('input')); }", typed)
    box.press("Enter")
    expect(visit.page.locator("#notices")).to_contain_text(says)
    expect(box).to_have_value(typed)
    expect(visit.page.locator("#turn-1 .text")).to_contain_text("Port Economics")


def test_control_characters_do_no_harm(visit: Visit) -> None:
    visit.ask("What is\x00 the \x07Mill\u202e Foundation?")
    visit.answered(1)
    expect(visit.page.locator("#turn-1 .text")).to_contain_text("scholarships")


def test_a_question_asked_during_an_answer_waits_for_its_turn(visit: Visit) -> None:
    visit.ask(DEGREE)
    expect(visit.page.get_by_label("Your question")).to_have_value("")
    visit.ask("What is the Mill Foundation?")
    visit.answered(2)
    expect(visit.page.locator("#turn-1 .text")).to_contain_text("Port Economics")
    expect(visit.page.locator("#turn-2 .text")).to_contain_text("scholarships")


def test_starting_over_clears_the_page_and_the_conversation(visit: Visit) -> None:
    visit.ask("What is the Harbour Institute?")
    visit.answered(1)
    visit.page.get_by_role("button", name="New conversation").click()
    expect(visit.page.locator(".turn")).to_have_count(0)
    expect(visit.page.locator("#welcome button.ask").first).to_be_visible()
    visit.ask("When did it start?")
    visit.answered(1)
    expect(visit.page.locator(".understood")).to_have_count(0)


def test_copy_takes_the_answer_with_its_sources(visit: Visit) -> None:
    visit.ask(DEGREE)
    visit.answered(1)
    visit.page.get_by_role("button", name="Copy").click()
    expect(visit.page.get_by_role("button", name="Copied")).to_be_visible()
    copied = visit.page.evaluate("navigator.clipboard.readText()")
    assert f"[1] Harbour Institute, “{DEGREE_QUOTE}” https://example.org/harbour-institute" in copied


def test_two_people_do_not_share_a_conversation(visit: Visit, browser: Browser, served: Served) -> None:
    visit.ask("What is the Harbour Institute?")
    visit.answered(1)
    with visiting(browser, served.url) as other:
        other.ask("When did it start?")
        other.answered(1)
        expect(other.page.locator(".understood")).to_have_count(0)
        expect(other.page.locator(".turn")).to_have_count(1)


def test_a_phone_shows_all_that_matters_at_once(browser: Browser, served: Served) -> None:
    with visiting(browser, served.url, width=390, height=844) as phone:
        examples = phone.page.locator("#welcome button.ask")
        expect(examples.first).to_be_in_viewport(ratio=1)
        for part in (phone.page.get_by_role("heading", level=1), phone.page.get_by_label("Your question")):
            expect(part).to_be_in_viewport(ratio=1)
        assert phone.page.evaluate("document.documentElement.scrollWidth") == 390
        phone.ask(DEGREE)
        phone.answered(1)
        answer = phone.page.locator("#turn-1 .text").bounding_box()
        sources = phone.page.locator("#turn-1 .sources").bounding_box()
        assert answer is not None
        assert sources is not None
        assert sources["y"] >= answer["y"] + answer["height"]
        assert phone.page.evaluate("document.documentElement.scrollWidth") == 390


def test_on_a_wide_screen_the_sources_stand_beside_the_answer(visit: Visit) -> None:
    visit.ask(DEGREE)
    visit.answered(1)
    answer = visit.page.locator("#turn-1 .text").bounding_box()
    sources = visit.page.locator("#turn-1 .sources").bounding_box()
    assert answer is not None
    assert sources is not None
    assert sources["x"] >= answer["x"] + answer["width"]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_text_has_enough_contrast(browser: Browser, served: Served, scheme: Any) -> None:
    """WCAG 2.2 AA, 1.4.3: 4.5 to 1, for the texts of the page in both colour schemes."""
    with visiting(browser, served.url) as visit:
        visit.page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        visit.page.reload()
        expect(visit.page.locator("#welcome button.ask").first).to_be_visible()
        assert visit.page.evaluate(CONTRAST) == []
        visit.ask("Does Maastricht University work with Stanford University?")
        visit.answered(1)
        visit.ask(DEGREE)
        visit.answered(2)
        expect(visit.page.locator("body.dark")).to_have_count(1 if scheme == "dark" else 0)
        assert visit.page.evaluate(CONTRAST) == []


# The texts below 4.5 to 1. Colours are read back from a canvas, which knows every way of writing them.
CONTRAST = """() => {
  const pen = Object.assign(document.createElement("canvas"), {width: 1, height: 1})
    .getContext("2d", {willReadFrequently: true});
  const rgba = (colour) => {
    pen.clearRect(0, 0, 1, 1); pen.fillStyle = colour; pen.fillRect(0, 0, 1, 1);
    return [...pen.getImageData(0, 0, 1, 1).data];
  };
  const light = ([r, g, b]) => [r, g, b].map((c) => c / 255)
    .map((c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4))
    .reduce((sum, c, i) => sum + c * [0.2126, 0.7152, 0.0722][i], 0);
  const ground = (node) => {
    for (let at = node; at; at = at.parentElement) {
      const colour = rgba(getComputedStyle(at).backgroundColor);
      if (colour[3] === 255) return colour;
    }
    return [255, 255, 255];
  };
  const poor = [];
  for (const node of document.querySelectorAll("#header *, #welcome *, #transcript *, #composer *")) {
    const own = [...node.childNodes].some((child) => child.nodeType === 3 && child.data.trim());
    if (!own || !node.checkVisibility() || node.closest(".unseen, .sr-only")) continue;
    const [a, b] = [light(rgba(getComputedStyle(node).color)), light(ground(node))].sort((x, y) => y - x);
    const ratio = (a + 0.05) / (b + 0.05);
    if (ratio < 4.5) poor.push(`${node.className || node.tagName}: ${node.innerText} ${ratio.toFixed(2)}`);
  }
  return poor;
}"""


def test_the_page_names_its_language_and_every_control(visit: Visit) -> None:
    visit.ask(DEGREE)
    visit.answered(1)
    expect(visit.page.locator("html")).to_have_attribute("lang", "en")
    expect(visit.page).to_have_title("Partnership assistant")
    expect(visit.page.locator("#transcript [role=status]")).to_contain_text("Port Economics")
    for control in visit.page.locator("#header button, #transcript button, #transcript a, #composer button").all():
        assert control.get_attribute("aria-label") or control.inner_text().strip() or control.is_hidden()


def test_a_question_asked_before_the_models_are_there_is_answered(
    browser: Browser, index: Path, tmp_path: Path
) -> None:
    """The same visit finds the feedback folder closed: one line says so, and the chat goes on."""
    feedback = tmp_path / "feedback.jsonl"
    feedback.mkdir()  # a folder where the file should be: nobody can write to that
    with serving(index, feedback) as served, visiting(browser, served.url) as visit:
        visit.ask(DEGREE)
        expect(visit.page.locator("#turn-1 .waiting")).to_contain_text("Getting ready")
        visit.answered(1)
        expect(visit.page.locator("#turn-1 .text")).to_contain_text("Port Economics")
        visit.page.get_by_role("button", name="Good answer").click()
        expect(visit.page.locator("#notices")).to_contain_text("Ratings cannot be saved")
        visit.ask("What is the Mill Foundation?")
        visit.answered(2)


def test_an_index_that_cannot_be_opened_is_explained_on_the_page(browser: Browser, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    with (
        serving(tmp_path / "empty", tmp_path / "feedback.jsonl") as served,
        visiting(browser, served.url) as visit,
    ):
        alert = visit.page.get_by_role("alert")
        expect(alert).to_contain_text("could not start")
        expect(alert).to_contain_text(str(tmp_path / "empty"))
        visit.ask(DEGREE)
        visit.answered(1)
        expect(visit.page.locator("#turn-1 .failed")).to_contain_text(str(tmp_path / "empty"))


def refused(*arguments: object) -> str:
    """The one line with which the command refuses."""
    done = subprocess.run(
        command(*arguments), cwd=ROOT, capture_output=True, text=True, env=dict(os.environ), check=False
    )
    assert done.returncode == 2
    assert done.stdout == ""
    return done.stderr


def test_a_named_index_that_is_missing_is_refused_in_one_line(tmp_path: Path) -> None:
    line = refused("--index", tmp_path / "nowhere")
    assert line.count("\n") == 1
    assert str(tmp_path / "nowhere") in line


def test_a_named_port_that_is_taken_is_refused_in_one_line(served: Served, index: Path) -> None:
    port = served.url.rpartition(":")[2]
    line = refused("--port", port, "--index", index)
    assert line.count("\n") == 1
    assert f"port {port} is taken" in line
