"""The reply: what is said to a question once its evidence is weighed, an answer or an abstention."""

from __future__ import annotations

from dataclasses import replace

from assistant.abstention import LEAST_RELATED, Abstention, abstain, is_unclear, reason_for
from assistant.answer import Answer, Passage
from assistant.contact import contact
from assistant.evidence import Evidence
from assistant.library import Library, Weighed
from assistant.names import Name
from assistant.premise import contradiction
from assistant.question import Question
from assistant.quotes import SURE, Quotes, compose
from assistant.survey import Survey, compares_several, survey


def reply(library: Library, weighed: Weighed, *, threshold: float, language: str | None = None) -> Answer:
    """An answer, or an abstention, without the parts that only the conversation knows.

    `language` is the code of the question's where it is another than that of the texts.
    """
    question, about = weighed.question, library.about
    related = _related(weighed)
    understood = language is None or library.multilingual
    if is_unclear(question, lexicon=library.lexicon) and (language is None or not understood):
        return _abstained(abstain("unclear", question, nearest=None, about=about))
    if language:
        if understood and weighed.probability >= threshold:
            return _quoted(weighed, threshold)
        if understood:
            said = abstain("no_evidence", question, nearest=related, about=about)
            return _abstained(said, confidence=weighed.probability)
        near = related if question.names else None
        return _abstained(abstain("unsupported_language", question, nearest=near, about=about, language=language))
    contradicted = contradiction(question, weighed.evidence)
    if contradicted is not None:
        return _abstained(abstain("false_premise", question, nearest=contradicted, about=about))
    if surveyed := _surveyed(library, weighed, threshold):
        return surveyed
    strange = question.unknown or (question.doubtful if weighed.probability < SURE else ())
    if strange or weighed.probability < threshold or _half_known(weighed, threshold):
        return _unanswered(library, weighed, related=related, strange=strange)
    return _quoted(weighed, threshold)


def _surveyed(library: Library, weighed: Weighed, threshold: float) -> Answer | None:
    """The answer from the registry, where no sentence can give it, or none does."""
    question = weighed.question
    found = survey(question, library.index.partners, chunks_of=library.retriever.chunks_of)
    if found is None or question.unknown or (weighed.probability >= threshold and not found.compares):
        return None
    return _answer(question, found, confidence=1.0, passages=found.passages)


def _unanswered(library: Library, weighed: Weighed, *, related: Evidence | None, strange: tuple[str, ...]) -> Answer:
    question = replace(weighed.question, unknown=strange)
    reason = reason_for(question, cosine=weighed.cosine, covered=weighed.covered)
    asks_there = related is not None and reason == "no_evidence"
    whom = contact(library.retriever.chunks_of(related.passage.source)) if related and asks_there else None
    said = abstain(reason, question, nearest=related, about=library.about, whom=whom)
    confidence = 0.0 if strange else weighed.probability
    return _abstained(said, confidence=confidence, passages=(whom[0],) if whom else ())


def _half_known(weighed: Weighed, threshold: float) -> bool:
    """Whether a comparison is asked for, and the texts answer for one of the two only."""
    if not compares_several(weighed.question):
        return False
    answering = [evidence for evidence in weighed.evidence if evidence.probability >= threshold]
    return any(not any(_is_about(evidence, name) for evidence in answering) for name in weighed.question.names)


def _is_about(evidence: Evidence, name: Name) -> bool:
    """Whether a sentence says a name, or stands in a document about it."""
    said = evidence.sentence.text.casefold()
    own = name.subject and evidence.passage.source in name.sources
    return own or any(spelling.casefold() in said for spelling in name.spellings)


def _related(weighed: Weighed) -> Evidence | None:
    """The nearest thing worth showing: about what was asked for, else whatever comes near enough."""
    names = weighed.question.names
    own = {source for name in names if name.subject for source in name.sources}
    of_it = (evidence for evidence in weighed.evidence if evidence.passage.source in own)
    naming = (evidence for evidence in weighed.evidence if any(_is_about(evidence, name) for name in names))
    nearest = weighed.evidence[0] if weighed.evidence and weighed.cosine >= LEAST_RELATED else None
    return next(of_it, None) or next(naming, None) or nearest


def _quoted(weighed: Weighed, threshold: float) -> Answer:
    said = compose(weighed.question, weighed.evidence, threshold=threshold)
    return _answer(weighed.question, said, confidence=weighed.probability)


def _answer(
    question: Question, said: Quotes | Survey, *, confidence: float, passages: tuple[Passage, ...] = ()
) -> Answer:
    return Answer(
        question=question.typed,
        interpreted_as=question.typed,
        kind="answer",
        text=said.text,
        sentences=said.sentences,
        citations=said.citations,
        passages=passages,
        confidence=confidence,
    )


def _abstained(said: Abstention, *, confidence: float = 0.0, passages: tuple[Passage, ...] = ()) -> Answer:
    return Answer(
        question="",
        interpreted_as="",
        kind="abstention",
        reason=said.reason,
        text=said.text,
        sentences=said.sentences,
        citations=said.citations,
        passages=passages,
        confidence=confidence,
    )
