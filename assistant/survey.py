"""Survey: questions about all partners at once, answered from every entry of the registry that fits.

"Which of them reach outside Europe?", "How many are with one university only?", "What started before 2015?": no
sentence says such a thing. The registry does, and each entry that fits is shown with a sentence of its own text.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from langchain_core.documents import Document

from assistant.answer import AnswerSentence, Citation, Passage
from assistant.lexicon import QUESTION_WORDS
from assistant.places import parts_of_the_world, region_asked
from assistant.question import Question
from assistant.quotes import cite, escaped, plain
from ingest import Partner, Sentence, sentences_of, terms

ChunksOf = Callable[[str], Sequence[Document]]

_ALL = re.compile(
    r"\b(?:which|what|how many|list|name|show|give me|are there any|any|all)\b.*\b"
    r"(?:of (?:them|these|those|the|your|our|its|um'?s)|partners?|partnerships?|collaborations?|cooperations?|entries"
    r"|they|programmes?|networks?|institutes?|universit(?:y|ies)|offices?|regions?)\b"
    r"|^\W*(?:and |so )?(?:what|which|who)(?: else)? (?:all )?(?:was |were |is |are |has |have )?(?:already |been )?"
    r"(?:start|began|begin|found|launch|set up|exist|running|reach|active)",
    re.IGNORECASE,
)
_EVERY = re.compile(r"\b(?:all|every|each|list|name|which|what)\b", re.IGNORECASE)
_PARTNERS = frozenset(terms("every partner partnership collaboration cooperation everything entries library sources"))
_NEVER, _FOREVER = 0, 9999
_YEAR = r"(?P<{0}>1[5-9]\d\d|20\d\d)"
_BEFORE = re.compile(
    rf"\b(?:before|until|prior to|earlier than|older than|pre-?) ?{_YEAR.format('year')}\b", re.IGNORECASE
)
_AFTER = re.compile(rf"\b(?:after|later than|from|newer than|younger than) {_YEAR.format('year')}\b", re.IGNORECASE)
_SINCE = re.compile(rf"\bsince {_YEAR.format('year')}\b", re.IGNORECASE)
_BETWEEN = re.compile(rf"\bbetween {_YEAR.format('first')} and {_YEAR.format('last')}\b", re.IGNORECASE)
_START = re.compile(
    r"\b(?:start\w*|beg[aiu]n\w*|launch\w*|found\w*|set up|establish\w*|creat\w+|exist\w*|old\w*|new\w*|running|around"
    r"|active)\b",
    re.IGNORECASE,
)
_OLDEST = re.compile(
    r"\b(?:oldest|earliest|first to (?:start|begin)|longest[- ](?:running|standing)|started first|longest)\b",
    re.IGNORECASE,
)
_NEWEST = re.compile(
    r"\b(?:newest|youngest|latest|most recent(?:ly)?|last to (?:start|begin)|started last)\b", re.IGNORECASE
)
_OLDER = re.compile(r"\b(?:older|earlier|first|longer|before)\b", re.IGNORECASE)
_NEWER = re.compile(r"\b(?:newer|younger|later|last|more recent(?:ly)?|after)\b", re.IGNORECASE)
_COMPARES = re.compile(
    r"\b(?:older|earlier|longer|newer|younger|later|bigger|larger|smaller|more|fewer|less|better|worse|cheaper|closer"
    r"|higher|lower|more \w+) than\b|\b(?:compar\w+|versus|vs|differ\w*|in common|both)\b"
    r"|\bwhich (?:one )?(?:is|has|was) (?:the )?\w+er\b",
    re.IGNORECASE,
)
_OUTSIDE = re.compile(r"\b(?:outside(?: of)?|beyond|not in|other than in|elsewhere than)\b", re.IGNORECASE)
_ONE = re.compile(
    r"\b(?:with|of|by|between)(?: only| just)? (?:one|a single|1)(?: other)? (?P<kind>[a-z]+)(?: only| alone)?\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Survey:
    """An answer from the registry: what fits, each with a sentence; `text` is the Markdown that the person reads."""

    sentences: tuple[AnswerSentence, ...]
    citations: tuple[Citation, ...]
    passages: tuple[Passage, ...]
    text: str
    compares: bool
    """Whether it rests on a comparison of entries, which no single sentence makes."""


@dataclass(frozen=True, kw_only=True, slots=True)
class _Filter:
    """What is asked of each entry: `fits` is None for one that does not say; `saying` finds the telling sentence."""

    what: str
    fits: Callable[[Partner], bool | None]
    saying: Callable[[Partner], Sequence[str]]
    compares: bool = True


def survey(question: Question, partners: Sequence[Partner], *, chunks_of: ChunksOf) -> Survey | None:
    """The answer to a question about all partners; None for any other question, and where nothing fits."""
    named = _named(question, partners)
    if len(partners) < 2 or len(named) == 1:
        return None
    wanted = _of_two(question.text, named) if named else _filter(question, partners)
    if wanted is None:
        return None
    asked_of = named or partners
    verdicts = [(partner, wanted.fits(partner)) for partner in asked_of]
    fitting = [partner for partner, fits in verdicts if fits]
    silent = sum(fits is None for _, fits in verdicts)
    if not fitting:
        return None
    found = [(partner, _telling(partner, wanted.saying(partner), chunks_of(partner.source))) for partner in fitting]
    told = [(partner, *telling) for partner, telling in found if telling]
    return _rendered(wanted, told, of=len(asked_of), silent=silent) if told else None


def _named(question: Question, partners: Sequence[Partner]) -> list[Partner]:
    names = {name.canonical for name in question.names}
    return [partner for partner in partners if partner.name in names]


def compares_several(question: Question) -> bool:
    """Whether a question sets two things that it names against each other."""
    return len(question.names) > 1 and bool(_COMPARES.search(question.text))


def _of_two(text: str, named: Sequence[Partner]) -> _Filter | None:
    """Which of the partners that a question names is the older or the newer."""
    word = "first" if _OLDER.search(text) else "last" if _NEWER.search(text) else None
    years = [partner.since for partner in named if partner.since is not None]
    if word is None or len(years) < len(named):
        return None
    chosen = min(years) if word == "first" else max(years)
    return _Filter(
        what=f"started {word}, in {chosen}",
        fits=lambda partner: partner.since == chosen,
        saying=lambda partner: (str(partner.since),),
    )


def _filter(question: Question, partners: Sequence[Partner]) -> _Filter | None:
    text = question.text
    if not _ALL.search(text):
        return None
    return _by_time(text, partners) or _by_kind(text, partners) or _by_place(text) or _every(question)


def _by_time(text: str, partners: Sequence[Partner]) -> _Filter | None:
    wanted = _years(text, [partner.since for partner in partners if partner.since is not None])
    if wanted is None:
        return None
    what, first, last = wanted
    return _Filter(
        what=what,
        fits=lambda partner: None if partner.since is None else first <= partner.since <= last,
        saying=lambda partner: (str(partner.since),),
    )


def _years(text: str, dated: Sequence[int]) -> tuple[str, int, int] | None:
    """What is asked of the start, in words, with the first and the last year that fit."""
    if found := _BETWEEN.search(text):
        return f"started between {found['first']} and {found['last']}", int(found["first"]), int(found["last"])
    if _START.search(text):
        if found := _BEFORE.search(text):
            return f"started before {found['year']}", _NEVER, int(found["year"]) - 1
        if found := _AFTER.search(text):
            return f"started after {found['year']}", int(found["year"]) + 1, _FOREVER
        if found := _SINCE.search(text):
            return f"started in or after {found['year']}", int(found["year"]), _FOREVER
    for pattern, choose, word in ((_OLDEST, min, "first"), (_NEWEST, max, "last")):
        if dated and pattern.search(text):
            return f"started {word}, in {choose(dated)}", choose(dated), choose(dated)
    return None


def _by_kind(text: str, partners: Sequence[Partner]) -> _Filter | None:
    """ "With one university only": the kind of partner that the registry gives it."""
    found = _ONE.search(text)
    kinds = {partner.kind for partner in partners if partner.kind}
    if found is None or found["kind"].casefold() not in kinds:
        return None
    kind = found["kind"].casefold()
    return _Filter(
        what=f"are with one {kind}",
        fits=lambda partner: partner.kind == kind if partner.kind else None,
        saying=lambda partner: (partner.name, *partner.aliases),
    )


def _every(question: Question) -> _Filter | None:
    """ "Name every partnership you know of": nothing is asked but which there are."""
    if not _EVERY.search(question.text) or set(question.stems) - _PARTNERS:
        return None
    return _Filter(
        what="",
        fits=lambda _partner: True,
        saying=lambda partner: (partner.name, *partner.aliases),
        compares=False,
    )


def _by_place(text: str) -> _Filter | None:
    region = region_asked(text)
    if region is None:
        return None
    away = _OUTSIDE.search(text) is not None
    if not away and not re.search(
        rf"\b(?:in|inside|within|across|reach(?:es|ing)?|cover(?:s|ing)?) (?:the )?{re.escape(region)}",
        text,
        re.IGNORECASE,
    ):
        return None

    def places(partner: Partner) -> list[str]:
        known = [(place, parts_of_the_world(place)) for place in partner.places]
        if away:  # a place that nobody knows lies neither inside nor outside
            return [place for place, parts in known if region not in parts and len(parts) > 1]
        return [place for place, parts in known if region in parts]

    shown = " ".join(word.capitalize() for word in region.split())
    return _Filter(
        what=f"reach outside {shown}" if away else f"are in {shown}",
        fits=lambda partner: bool(places(partner)) if partner.places else None,
        saying=places,
        compares=away,
    )


def _telling(
    partner: Partner, said: Sequence[str], chunks: Sequence[Document]
) -> tuple[Passage, tuple[Sentence, ...]] | None:
    """The passage, and the first sentence (or list with its lead-in) that says most of what is looked for.

    None where a text has headings only.
    """
    best: tuple[float, Passage, tuple[Sentence, ...]] | None = None
    names = {stem for spelling in (partner.name, *partner.aliases) for stem in terms(spelling)} - QUESTION_WORDS
    for rank, chunk in enumerate(chunks, start=1):
        passage = Passage(chunk=chunk, rank=rank, score=0.0)
        inside = sentences_of(chunk)
        for sentence in inside:
            if sentence.lead_in is not None and sentence.kind != "row":
                continue
            items = tuple(s for s in inside if s.lead_in is not None and s.lead_in_start == sentence.start)
            whole = " ".join(s.text for s in (sentence, *items))
            held = sum(bool(re.search(rf"(?<!\w){re.escape(one)}(?!\w)", whole)) for one in said)
            score = held + 0.5 * bool(names & set(terms(whole)))
            if best is None or score > best[0]:
                best = score, passage, (sentence, *items)
    return best[1:] if best else None


def _rendered(
    wanted: _Filter, told: Sequence[tuple[Partner, Passage, tuple[Sentence, ...]]], *, of: int, silent: int
) -> Survey:
    sentences, citations, lines = [], [], []
    for marker, (partner, passage, said) in enumerate(told, start=1):
        quoted = [plain(s.text, passage.source, row=s.kind == "row") for s in said]
        citations.append(cite(marker, passage, said[0].start, said[-1].end))
        sentences += [AnswerSentence(text=text, citations=(marker,)) for text in quoted]
        shown = f"{quoted[0]} {', '.join(quoted[1:])}".strip()
        lines.append(f"- **{escaped(partner.name)}**: {escaped(shown)} [{marker}]")
    others = "other does" if silent == 1 else "others do"
    note = f" ({silent} {others} not say)" if silent else ""
    lead = f"{f'**{len(told)} of {of}** partners in my sources {wanted.what}'.strip()}{note}:"
    return Survey(
        sentences=tuple(sentences),
        citations=tuple(citations),
        passages=tuple(passage for _, passage, _ in told),
        text="\n".join((lead, "", *lines)),
        compares=wanted.compares,
    )
