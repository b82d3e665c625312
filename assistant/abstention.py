"""Abstention: why there is no answer, said kindly, with the nearest thing that is there."""

from __future__ import annotations

from dataclasses import dataclass

from assistant.answer import AnswerSentence, Citation, Passage, Reason
from assistant.evidence import Evidence
from assistant.language import APOLOGY, REPLIES
from assistant.lexicon import WORD, Lexicon, frequency
from assistant.question import Question
from assistant.quotes import cite, escaped, plain
from ingest import Sentence, sentences_of, terms

# Below these, nothing in the index is even about the question: cosine of the best sentence, share of its words.
LEAST_RELATED = 0.33
_RELATED_WORDS = 0.5


@dataclass(frozen=True, kw_only=True, slots=True)
class Abstention:
    """A typed refusal: why, what the person reads, and the nearest thing, cited."""

    reason: Reason
    text: str
    sentences: tuple[AnswerSentence, ...] = ()
    citations: tuple[Citation, ...] = ()


def is_unclear(question: Question, *, lexicon: Lexicon) -> bool:
    """Whether there is nothing to search for: no content words, or none that anybody knows."""
    if question.names:
        return False
    if not question.stems:
        return True
    words = [word for word in WORD.findall(question.text) if any(c.isalpha() for c in word)]
    strange = [word for word in words if word.islower() and not lexicon.knows(word) and not frequency(word)]
    return len(strange) >= max(1, len(words) - 1)


def reason_for(question: Question, *, cosine: float, covered: float) -> Reason:
    """Why a clear question in the right language has no answer.

    `cosine` is that of the sentence nearest to the question, `covered` the share of the question's words, by
    weight, that one passage holds at most.
    """
    if question.unknown:
        return (
            "unknown_name" if question.names or _asks_for_relation(question) or cosine >= LEAST_RELATED else "off_topic"
        )
    if question.names:
        return "no_evidence"
    if cosine < LEAST_RELATED or (covered < _RELATED_WORDS and cosine < 1.4 * LEAST_RELATED):
        return "off_topic"
    return "no_evidence"


_RELATION = frozenset(
    terms(
        "work collaborate cooperate partner partnership collaboration join member exchange agreement together study "
        "connected relation"
    )
)


def _asks_for_relation(question: Question) -> bool:
    return bool(_RELATION & set(question.stems)) or any(name[0].isupper() for name in question.unknown)


def abstain(
    reason: Reason,
    question: Question,
    *,
    nearest: Evidence | None,
    about: str,
    language: str | None = None,
    whom: tuple[Passage, Sentence] | None = None,
) -> Abstention:
    """The abstention in words.

    `nearest` is quoted and cited, and so is `whom`, the sentence that says whom to ask; `about` says what the assistant
    does know.
    """
    asked = " and ".join(f"“{escaped(name)}”" for name in question.unknown[:2])
    subject = escaped(question.names[0].canonical) if question.names else ""
    if reason == "unsupported_language":
        opening = REPLIES.get(language or "", APOLOGY)
    elif reason == "unclear":
        return Abstention(
            reason=reason,
            text=f"I am not sure what you would like to know. Could you put it as a full question? {escaped(about)}",
        )
    elif reason == "off_topic":
        return Abstention(
            reason=reason,
            text=f"That is outside of what my sources cover, so I would only be guessing. {escaped(about)}",
        )
    elif reason == "unknown_name":
        opening = f"My sources do not mention {asked or 'that name'}, so I cannot say anything about it."
    elif reason == "false_premise":
        opening = "That is not what my sources say."
    else:
        of = f" about {subject}" if subject else ""
        opening = f"My sources do not answer that{of}, and I would rather not guess."
    if nearest is None:
        return Abstention(reason=reason, text=f"{opening} {escaped(about)}" if about else opening)
    leads = {
        "false_premise": "They say:",
        "unsupported_language": "",
        "unknown_name": "The nearest thing they have:",
    }
    lead = leads.get(reason, f"What they do say about {escaped(nearest.passage.title)}:")
    passage = nearest.passage
    quoted = _with_its_list(nearest)
    sentences = tuple(
        AnswerSentence(text=plain(s.text, passage.source, row=s.kind == "row"), citations=(1,)) for s in quoted
    )
    said = (
        sentences[0].text if len(sentences) == 1 else f"{sentences[0].text} {', '.join(s.text for s in sentences[1:])}"
    )
    text = " ".join(f"{opening} {lead} “{escaped(said)}” [1]".split())
    citations = (cite(1, passage, quoted[0].start, quoted[-1].end),)
    if whom is None or any(sentence.start == whom[1].start for sentence in quoted):
        return Abstention(reason=reason, text=text, sentences=sentences, citations=citations)
    holder, sentence = whom
    advice = plain(sentence.text, holder.source)
    return Abstention(
        reason=reason,
        text=f"{text} You could ask there: “{escaped(advice)}” [2]",
        sentences=(*sentences, AnswerSentence(text=advice, citations=(2,))),
        citations=(*citations, cite(2, holder, sentence.start, sentence.end)),
    )


def _with_its_list(nearest: Evidence) -> list[Sentence]:
    """The sentence, or its whole list with the lead-in when it is part of one: neither makes sense alone."""
    sentence, inside = nearest.sentence, sentences_of(nearest.passage.chunk)
    start = sentence.start if sentence.lead_in is None else sentence.lead_in_start
    together = [s for s in inside if s.start == start or (s.lead_in is not None and s.lead_in_start == start)]
    return together if len(together) > 1 and sentence.kind != "row" else [sentence]
