"""What stands on the page before the first question: what this is, and questions it can answer."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from pages.turn import ask_button

TITLE = "Partnership assistant"
PURPOSE = "Straight answers from the university’s own texts, each with the sentence it comes from."

HEADER = f"""<header class="top">
<svg viewBox="0 0 32 32" aria-hidden="true"><rect width="32" height="32" rx="8"/>
<path d="M8 22V10h3.2L16 17l4.8-7H24v12"/></svg><div><h1>{TITLE}</h1><p>{PURPOSE}</p></div>
<button type="button" class="plain restart" data-restart>New conversation</button></header>"""

FOOTER = "<p>Every sentence is checked against its source. Questions may be kept; who asked never is.</p>"

_PROMISES = """<p>Choose a number such as [1] in an answer to see the sentence where it stands.</p>
<p>Where the texts do not answer, the assistant says so instead of guessing.</p>"""


def loading_html(step: str) -> str:
    """The page while the models load; a question can be asked already."""
    detail = f' <span class="step">{escape(step)}</span>' if step else ""
    return (
        '<section class="welcome loading" aria-busy="true"><div>'
        f'<p role="status">Getting ready…{detail} You can ask already; the answer follows in a moment.</p>'
        '<ul aria-hidden="true"><li></li><li></li><li></li><li></li></ul></div></section>'
    )


def welcome_html(examples: Sequence[str], about: str) -> str:
    buttons = "".join(f"<li>{ask_button(question)}</li>" for question in examples)
    offer = f"<h2>Try one of these</h2><ul>{buttons}</ul>" if examples else "<h2>Ask your question below</h2>"
    return (
        f'<section class="welcome"><div>{offer}</div>'
        f'<aside aria-label="About the library"><p class="about">{escape(about)}</p>{_PROMISES}</aside>'
        "</section>"
    )


def unavailable_html(reason: str) -> str:
    return (
        '<section class="welcome unavailable" role="alert"><h2>The assistant could not start</h2>'
        "<p>It is nothing you did. Whoever runs this page will want to know:</p>"
        f'<p class="detail">{escape(reason)}</p></section>'
    )
