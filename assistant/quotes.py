"""The quotes answerer: an answer made of the corpus's own sentences, each one cited."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass

from assistant.answer import AnswerSentence, Citation, Passage
from assistant.answer_type import NUMBER
from assistant.evidence import Evidence
from assistant.instruction import is_instruction
from assistant.lexicon import QUESTION_WORDS, WORD, with_kin
from assistant.names import abbreviations
from assistant.polarity import negated, says_the_opposite, superlatives
from assistant.question import Question
from ingest import Sentence, sentences_of, terms

_MOST_SENTENCES = {"description": 4, "why": 3, "other": 2, "list": 3}
_LONGEST_SECTION = 4
_ASKS_FOR_ONE = frozenset({"who", "where", "how_much", "when", "how_many", "other"})
_LONGEST_ANSWER = 10
"""Words. More than that is no short answer."""
SURE = 0.8
"""The probability from which an answer may be put shortly: a yes or no, a phrase in bold."""
_ASKED_POLITELY = re.compile(
    r"\b(?:isn|aren|doesn|don|didn|wasn|hasn|haven|can|won|wouldn|couldn)['’]?t\b", re.IGNORECASE
)
"""A negation that only asks for agreement: "doesn't it ...?"."""
_DATE = re.compile(
    r"\b(?:(?:\d{1,2} )?(?:January|February|March|April|May|June|July|August|September|October|November|December)"
    r"(?: \d{1,2},)? )?(?:1[5-9]|20|21)\d\d\b"
)
_COUNTED = re.compile(r"(?:[ -][^\W\d_]+){1,3}")
_SPECIAL = re.compile(r"([\\`*_\[\]<>#|~$])")
_LINK = re.compile(r"!?\[([^\]]*)\]\([^)]*\)")
_BACKSLASHED = re.compile(r"\\([!-/:-@\[-`{-~])")
_OPENS_BLOCK = re.compile(r"^(\s*(?=[-+=])|\s*\d{1,9}(?=[.)](?:\s|$)))(.)")  # a list, a rule or an underline
_EMPHASIS = re.compile(r"(?<![\w\\])(\*\*|__|\*|_|`)(?=\S)(.+?)(?<=\S)\1(?!\w)")


@dataclass(frozen=True, kw_only=True, slots=True)
class Quotes:
    """A composed answer: its sentences, their citations, and the Markdown that the person reads."""

    sentences: tuple[AnswerSentence, ...]
    citations: tuple[Citation, ...]
    text: str


def plain(text: str, source: str = ".md", *, row: bool = False) -> str:
    """A quote as a person reads it: on one line, Markdown's emphasis and links resolved, a table row's cells apart."""
    line = " ".join(text.split())
    if row or line.startswith("|"):
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        line = ": ".join(cells) if len(cells) == 2 else " – ".join(cells)
    if source.endswith(".txt"):
        return line
    line = _LINK.sub(r"\1", line)
    previous = None
    while previous != line:
        previous, line = line, _EMPHASIS.sub(r"\2", line)
    return _BACKSLASHED.sub(r"\1", line)


def escaped(text: str) -> str:
    """Plain text as Markdown that shows exactly this text, whatever it holds and wherever it stands."""
    text = _SPECIAL.sub(r"\\\1", text).replace("&", "&amp;")
    return _OPENS_BLOCK.sub(r"\1\\\2", text)


def compose(question: Question, weighed: Sequence[Evidence], *, threshold: float) -> Quotes:
    """Answer with the best evidence and what belongs to it; `weighed` is not empty, best first."""
    blocks = [_block(question, weighed[0])]
    limit = _MOST_SENTENCES.get(question.asks, 1) + (1 if _two_parts(question) else 0)
    best = weighed[0]
    if question.asks in _MOST_SENTENCES and not question.is_definition:
        blocks += [b for b in _whole_section(question, best) if not any(_repeats(b, other) for other in blocks)]
        limit = max(limit, len(blocks))
    share = 0.45 if question.is_definition else 0.8
    for evidence in weighed[1:]:
        if len(blocks) >= limit or evidence.probability < max(threshold, share * best.probability):
            break
        if evidence.passage.source != best.passage.source or not _belongs(question, evidence, best):
            continue
        block = _block(question, evidence)
        if not any(_repeats(block, other) for other in blocks):
            blocks.append(block)
    blocks.sort(key=lambda block: (block.passage.source, block.sentences[0].start))
    return _rendered(question, blocks, best)


def _belongs(question: Question, evidence: Evidence, best: Evidence) -> bool:
    """Whether a further sentence is about the very thing described, and not just from the same document."""
    if not question.is_definition or evidence.passage.chunk.id == best.passage.chunk.id:
        return True
    topics = [question.text[mention.start : mention.end].casefold() for mention in question.mentions]
    return any(topic in evidence.sentence.text.casefold() for topic in topics)


def _whole_section(question: Question, best: Evidence) -> list[_Block]:
    """The blocks of the passage's section when its heading is what the question asks for ("Aims")."""
    heading = set(terms(best.passage.section.split(" > ")[-1]))
    names = {stem for name in question.names for spelling in name.spellings for stem in terms(spelling)}
    if not heading & with_kin(set(question.rest) - names):
        return []
    inside = [s for s in sentences_of(best.passage.chunk) if not is_instruction(s.text)]
    blocks = [
        _block(question, Evidence(sentence=s, passage=best.passage, ordinal=n, probability=best.probability))
        for n, s in enumerate(inside)
        if s.lead_in is None
    ]
    return blocks if len(blocks) <= _LONGEST_SECTION else []


@dataclass(frozen=True, kw_only=True, slots=True)
class _Block:
    """What is quoted as one: a sentence, or a lead-in with its list."""

    passage: Passage
    sentences: tuple[Sentence, ...]


def _block(question: Question, evidence: Evidence) -> _Block:
    passage, sentence = evidence.passage, evidence.sentence
    inside = [s for s in sentences_of(passage.chunk) if not is_instruction(s.text)]
    lead_in_start = sentence.start if sentence.lead_in is None else sentence.lead_in_start
    items = [s for s in inside if s.lead_in is not None and s.lead_in_start == lead_in_start]
    if not items or (sentence.kind == "row" and not question.wants_list):
        return _Block(passage=passage, sentences=(sentence,))
    lead_in = [s for s in inside if s.start == lead_in_start]
    if sentence.lead_in is not None and not question.wants_list and _is_specific(question, sentence):
        return _Block(passage=passage, sentences=(*lead_in, sentence))
    return _Block(passage=passage, sentences=(*lead_in, *items))


def _is_specific(question: Question, item: Sentence) -> bool:
    """Whether a question names what just this item of a list says."""
    own = set(terms(item.text))
    before = set(terms(item.lead_in or ""))
    return any(stem in own and stem not in before for stem in question.stems)


def _two_parts(question: Question) -> bool:
    return bool(re.search(r"\b(and|as well as)\s+(when|where|who|why|how|what|which|since)\b", question.text, re.I))


def _repeats(block: _Block, other: _Block) -> bool:
    if block.passage.chunk.id == other.passage.chunk.id and {s.start for s in block.sentences} & {
        s.start for s in other.sentences
    }:
        return True
    mine = {stem for s in block.sentences for stem in terms(s.text)}
    theirs = {stem for s in other.sentences for stem in terms(s.text)}
    return bool(mine) and len(mine & theirs) / len(mine | theirs) > 0.8


def cite(marker: int, passage: Passage, start: int, end: int) -> Citation:
    """The citation of `page_content[start:end]` of the passage's Document."""
    quote = passage.text[start - passage.start : end - passage.start]
    metadata = passage.chunk.metadata
    return Citation(
        marker=marker,
        title=passage.title,
        section=passage.section,
        source=passage.source,
        url=str(metadata.get("url") or "") or None,
        quote=quote,
        start=start,
        end=end,
        sha256=hashlib.sha256(quote.encode("utf-8")).hexdigest(),
        as_of=str(metadata.get("as_of") or "") or None,
    )


def _rendered(question: Question, blocks: Sequence[_Block], best: Evidence) -> Quotes:
    sentences: list[AnswerSentence] = []
    citations: list[Citation] = []
    lines: list[str] = []
    paragraph: list[str] = []
    for block in blocks:
        spans = _spans(block)
        markers = tuple(range(len(citations) + 1, len(citations) + 1 + len(spans)))
        citations += [
            cite(marker, block.passage, start, end) for marker, (start, end) in zip(markers, spans, strict=True)
        ]
        marks = "".join(f"[{marker}]" for marker in markers)
        for sentence in block.sentences:
            said = plain(sentence.text, block.passage.source, row=sentence.kind == "row")
            sentences.append(AnswerSentence(text=said, citations=markers))
            shown = _emphasised(question, best, said) if sentence.start == best.sentence.start else escaped(said)
            if sentence.lead_in is not None:
                if paragraph:
                    lines += [" ".join(paragraph), ""]
                    paragraph = []
                lines.append(f"- {shown} {marks}")
            else:
                if lines and lines[-1].startswith("- "):
                    lines.append("")
                paragraph.append(f"{shown} {marks}")
    if paragraph:
        lines.append(" ".join(paragraph))
    if verdict := _yes_or_no(question, best):
        lines[0] = f"**{verdict}.** {lines[0]}"
    return Quotes(sentences=tuple(sentences), citations=tuple(citations), text="\n".join(lines))


def _yes_or_no(question: Question, best: Evidence) -> str | None:
    """Yes or no, where the evidence is sure and says all that the question says, or all but for a "not"."""
    said = f"{best.sentence.lead_in or ''} {best.sentence.text}"
    if question.asks != "yes_no" or best.probability < SURE or best.sentence.lead_in is not None:
        return None
    around = set(terms(f"{said} {best.passage.title} {best.passage.section}"))
    named = {stem for name in question.names for spelling in name.spellings for stem in terms(spelling)}
    if not set(question.rest) - named <= with_kin(around) or any(number not in said for number in question.numbers):
        return None
    if says_the_opposite(question.text, said) or superlatives(question.text) - superlatives(said):
        return None
    return "No" if negated(said) != negated(_ASKED_POLITELY.sub("", question.text)) else "Yes"


def _spans(block: _Block) -> list[tuple[int, int]]:
    """One quote from the lead-in to the last item where these are all there is in between, else one each."""
    first, last = block.sentences[0], block.sentences[-1]
    between = [s for s in sentences_of(block.passage.chunk) if first.start <= s.start and s.end <= last.end]
    if len(between) == len(block.sentences):
        return [(first.start, last.end)]
    return [(sentence.start, sentence.end) for sentence in block.sentences]


def _emphasised(question: Question, best: Evidence, said: str) -> str:
    """The sentence with the short answer in bold, where the question asks for one and the sentence holds it."""
    span = _short_answer(question, said) or _read_answer(question, best, said)
    if span is None:
        return escaped(said)
    start, end = span
    return f"{escaped(said[:start])}**{escaped(said[start:end])}**{escaped(said[end:])}"


def _read_answer(question: Question, best: Evidence, said: str) -> tuple[int, int] | None:
    """The shortest answer that the reader found, for a question that asks for one thing."""
    if question.asks not in _ASKS_FOR_ONE or question.wants_list or best.probability < SURE:
        return None
    if said.endswith(":"):
        return None  # the answer is the list that follows
    answer = plain(best.sentence.text[slice(*best.span)], best.passage.source).strip(" ,;:.")
    start = said.find(answer)
    if not answer or start < 0 or len(answer.split()) > min(_LONGEST_ANSWER, len(said.split()) // 2):
        return None
    return start, start + len(answer)


def _short_answer(question: Question, said: str) -> tuple[int, int] | None:
    if question.asks == "when":
        match = _DATE.search(said)
        return match.span() if match else None
    if question.asks == "how_many":
        asked = set(question.stems)
        for match in NUMBER.finditer(said):
            following = _COUNTED.match(said, match.end())
            for word in WORD.finditer(said, *following.span()) if following else ():
                if word.group().casefold() not in QUESTION_WORDS and asked & set(terms(word.group())):
                    return match.start(), word.end()
        only = list(NUMBER.finditer(_DATE.sub(lambda m: " " * len(m.group()), said)))
        return only[0].span() if len(only) == 1 else None
    if question.asks == "abbreviation":
        spellings = {s.casefold() for name in question.names for s in name.spellings}
        for long_form, short in abbreviations(said):
            if short.casefold() in spellings or long_form.casefold() in spellings:
                start = said.find(long_form)
                return (start, start + len(long_form)) if start >= 0 else None
        longest = max(
            (s for name in question.names for s in name.spellings if len(s.split()) > 1 and s in said),
            key=len,
            default="",
        )
        return (said.find(longest), said.find(longest) + len(longest)) if longest else None
    return None
