"""An HTML page becomes plain, Markdown-like text, without the site around it."""

from __future__ import annotations

import re
from dataclasses import dataclass

from bs4 import BeautifulSoup, Comment, Tag
from markdownify import MarkdownConverter

from ingest.errors import IngestError

_DROPPED = (
    "script, style, noscript, template, nav, aside, footer, form, svg, iframe, object, button, dialog, "
    "select, [hidden], [aria-hidden=true], [role=navigation], [role=banner], [role=contentinfo], "
    "[role=search], a.headerlink, a.anchor"
)
_INVISIBLE = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
_REDUCED_TO_TEXT = ["a", "b", "strong", "em", "i", "s", "del", "code", "kbd", "samp", "sub", "sup"]
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
_DATE_META = (
    ("property", "article:modified_time"),
    ("itemprop", "dateModified"),
    ("name", "last-modified"),
    ("name", "dcterms.modified"),
    ("property", "article:published_time"),
    ("name", "date"),
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Page:
    """What an HTML page says: text with ATX headings and '-' bullets. Fields are '' where it does not say."""

    text: str
    title: str
    url: str
    as_of: str


def read_page(html: str, *, name: str) -> Page:
    """The page behind `html`. Raises IngestError when its elements are nested too deeply to be read."""
    try:
        soup = BeautifulSoup(html, "html.parser")
        url, as_of, site_title = _url(soup), _as_of(soup), _site_title(soup)
        _prune(soup)
        content = _content(soup)
        headings = [_inline(heading) for heading in content.find_all("h1")]
        text = _tidy(_converter().convert_soup(content))
    except RecursionError:
        raise IngestError(f"{name}: its elements are nested too deeply; save it as plain text.") from None
    title = headings[0] if len(headings) == 1 and headings[0] else site_title or next(iter(headings), "")
    return Page(text=text, title=title, url=url, as_of=as_of)


def _converter() -> MarkdownConverter:
    return MarkdownConverter(
        heading_style="ATX",
        bullets="-",
        escape_asterisks=False,
        escape_underscores=False,
        strip=_REDUCED_TO_TEXT,
        table_infer_header=True,
    )


def _prune(soup: BeautifulSoup) -> None:
    for comment in soup.find_all(string=lambda text: isinstance(text, Comment)):
        comment.extract()
    for element in soup.select(_DROPPED):
        element.decompose()
    for element in soup.find_all(style=_INVISIBLE):
        element.decompose()
    for header in soup.find_all("header"):
        # A header inside the article holds its headline; the one outside belongs to the site.
        if header.find_parent(["main", "article"]) is None:
            header.decompose()
    for image in soup.find_all("img"):
        image.replace_with(str(image.get("alt") or ""))
    for term in soup.find_all("dt"):
        term.name = "p"
    for description in soup.find_all("dd"):
        description.name = "p"


def _content(soup: BeautifulSoup) -> Tag:
    articles = soup.find_all("article")
    only = articles[0] if len(articles) == 1 else None
    for candidate in (soup.find("main"), soup.find(role="main"), only, soup.body):
        if isinstance(candidate, Tag) and candidate.get_text(strip=True):
            return candidate
    return soup


def _site_title(soup: BeautifulSoup) -> str:
    if not isinstance(soup.title, Tag):
        return ""
    # "Page | Site": the part before the bar is the page's own.
    return re.split(r"\s+[|»]\s+", _inline(soup.title))[0]


def _url(soup: BeautifulSoup) -> str:
    link = soup.find("link", rel="canonical", href=True)
    if isinstance(link, Tag):
        return str(link["href"]).strip()
    return _meta(soup, "property", "og:url")


def _as_of(soup: BeautifulSoup) -> str:
    for attribute, value in _DATE_META:
        if date := _DATE.match(_meta(soup, attribute, value)):
            return date.group()
    return ""


def _meta(soup: BeautifulSoup, attribute: str, value: str) -> str:
    element = soup.find("meta", attrs={attribute: value})
    return str(element.get("content") or "").strip() if isinstance(element, Tag) else ""


def _inline(element: Tag) -> str:
    return " ".join(element.get_text().split())


def _tidy(text: str) -> str:
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\u00a0", " ").replace("\u200b", "")
    text = "\n".join(line.rstrip() for line in text.split("\n"))
    return re.sub(r"\n{3,}", "\n\n", text).strip("\n") + "\n"
