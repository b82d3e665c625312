"""The pipe: resolve the question, retrieve, weigh the evidence, answer, check, cite."""

from __future__ import annotations

import re
import threading
import time
import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from langchain_core.runnables import Runnable, RunnableConfig

from assistant.abstention import LEAST_RELATED, Abstention, abstain, is_unclear, reason_for
from assistant.answer import Answer
from assistant.conversation import Conversation
from assistant.errors import AssistantError
from assistant.evidence import Candidate, Evidence, Floats, Scorer, SignalModel
from assistant.followup import resolve
from assistant.grounding import verdict
from assistant.language import foreign_language
from assistant.library import Library, Weighed
from assistant.premise import contradiction
from assistant.quotes import compose, escaped
from assistant.smalltalk import smalltalk, without_politeness
from assistant.suggestions import Suggestions
from ingest import DocumentSummary, Index, IngestSettings, Partner, build_index, load_embeddings, read_settings

LONGEST_QUESTION = 2_000
"""Characters. Longer texts are pasted by mistake; what they ask cannot be told."""

Progress = Callable[[str, int, int], None]

_EVIDENCE_KEPT = 10

_TAG = re.compile(r"</?[a-zA-Z][^<>]{0,200}>")


@dataclass(slots=True)
class _Clock:
    seconds: dict[str, float] = field(
        default_factory=lambda: dict.fromkeys(("resolve", "retrieve", "weigh", "answer", "check"), 0.0)
    )

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        began = time.perf_counter()
        try:
            yield
        finally:
            self.seconds[name] += time.perf_counter() - began


class Assistant(Runnable[str | Mapping[str, Any], Answer]):
    """Answers questions from one index. Thread-safe; notices when the index has been built anew.

    `scorer` is the seam for another evidence model, `threshold` the probability below which it abstains; both
    are the shipped ones by default.
    """

    def __init__(self, index: Index, *, scorer: Scorer | None = None, threshold: float | None = None) -> None:
        shipped = SignalModel.load()
        self._scorer = scorer or shipped
        self._threshold = shipped.threshold if threshold is None else threshold
        self._renewing = threading.Lock()
        self._state = self._opened(index)

    @classmethod
    def open(cls, index: Path | None = None, *, progress: Progress | None = None) -> Assistant:
        """The assistant over the index in this folder, models loaded.

        Without a folder it is the default index, which is built from the shipped corpus when it is missing.
        Raises IngestError when a named index is missing, foreign or made with another model.
        """
        settings = read_settings()
        folder = index or settings.index
        embeddings = load_embeddings(settings.embedding_model)
        default = IngestSettings.model_fields["index"].get_default(call_default_factory=True)
        if index is None and folder == default and not folder.exists():
            build_index(
                [settings.corpus],
                index_dir=folder,
                embeddings=embeddings,
                chroma_url=settings.chroma_url,
                progress=progress,
            )
        assistant = cls(Index.open(folder, embeddings=embeddings, chroma_url=settings.chroma_url))
        assistant.ask("Is everything ready?")  # models and dictionaries load with their first text: here, then
        return assistant

    def _opened(self, index: Index) -> tuple[Library, Suggestions]:
        library = Library(index, scorer=self._scorer)

        def answers(questions: Sequence[str], source: str) -> list[bool]:
            return [self._said(library, w, None).kind == "answer" for w in library.weigh_document(questions, source)]

        return library, Suggestions(index, chunks_of=library.retriever.chunks_of, answers=answers)

    @property
    def library(self) -> Library:
        """The opened index with its names and words."""
        return self._state[0]

    @property
    def index(self) -> Index:
        return self.library.index

    @property
    def partners(self) -> tuple[Partner, ...]:
        return self.index.partners

    @property
    def documents(self) -> tuple[DocumentSummary, ...]:
        return self.index.documents

    @property
    def about(self) -> str:
        """One sentence on what this library is about, drawn from the index."""
        return self.library.about

    def examples(self, count: int = 6) -> tuple[str, ...]:
        """Questions to begin with, each of which the index answers."""
        return self._current()[1].examples(count)

    def invoke(
        self,
        input: str | Mapping[str, Any],  # noqa: A002  LangChain's name
        config: RunnableConfig | None = None,  # noqa: ARG002  nothing here is configured
        **_: Any,
    ) -> Answer:
        """LangChain's door: a question, or {"question": str, "history": [...]} as in `--batch`."""
        if isinstance(input, str):
            return self.ask(input)
        question, history = input.get("question"), input.get("history")
        if not isinstance(question, str):
            raise AssistantError(f'expected {{"question": "...", "history": [...]}}, got {dict(input)!r:.60}')
        return self.ask(question, self.conversation(() if history is None else history))

    def stream_answer(self, question: str, conversation: Conversation | None = None) -> Iterator[Answer]:
        """The answer growing sentence by sentence; every value holds all that came before, the last is whole."""
        answer = self.ask(question, conversation)
        for end in re.finditer(r"\[\d+\](?=\s+\S)", answer.text):
            yield replace(answer, text=answer.text[: end.end()], suggestions=())
        yield answer

    def conversation(self, history: Sequence[Any]) -> Conversation:
        """A history as callers give it: strings are earlier questions, which are answered first; messages
        `{"role", "content"}` are taken as already said. Raises AssistantError for anything else."""
        if isinstance(history, str) or not isinstance(history, Sequence):
            raise AssistantError(f"the history is a list of questions or messages, got {str(history)[:60]!r}")
        conversation = Conversation()
        said: list[Mapping[str, object]] = []
        for entry in history:
            if isinstance(entry, Mapping):
                said.append(entry)
            elif isinstance(entry, str):
                conversation = conversation.then(said)
                said = []
                conversation = conversation.plus(self.ask(entry, conversation))
            else:
                raise AssistantError(
                    f"an entry of the history is a question or a message with role and content, got {entry!r:.60}"
                )
        return conversation.then(said)

    def signals(self, question: str, conversation: Conversation | None = None) -> tuple[tuple[Candidate, ...], Floats]:
        """The candidate sentences for a question and the matrix of their signals, for training and ablation."""
        library, conversation = self.library, conversation or Conversation()
        resolution = resolve(cleaned(question), conversation, library.names)
        weighed = _weigh(library, resolution.readings[0], _context(conversation, resolution.dependent), _Clock())
        return weighed.candidates, weighed.signals

    def ask(self, question: str, conversation: Conversation | None = None) -> Answer:
        """The answer to a question after a conversation.

        Raises AssistantError when the question is empty or longer than LONGEST_QUESTION characters.
        """
        text = cleaned(question)
        conversation = conversation or Conversation()
        library, suggestions = self._current()
        clock = _Clock()
        with clock.stage("resolve"):
            reply = smalltalk(text, about=escaped(library.about))
            if reply is not None:
                return Answer(
                    question=question,
                    interpreted_as=question,
                    kind="greeting",
                    text=reply,
                    suggestions=suggestions.examples(3),
                    seconds=clock.seconds,
                )
            text = without_politeness(text)
            language = foreign_language(text, lexicon=library.lexicon)
            resolution = resolve(text, Conversation() if language else conversation, library.names)
        reading = resolution.readings[0]
        weighed = _weigh(library, reading, _context(conversation, resolution.dependent), clock)
        for other in resolution.readings[1:]:
            if weighed.probability >= self._threshold or language:
                break
            again = _weigh(library, other, _context(conversation, True), clock)
            if again.probability >= self._threshold:
                weighed, reading = again, other
        with clock.stage("answer"):
            said = self._said(library, weighed, language)
        with clock.stage("check"):
            if any(verdict(s, said.citations, weighed.passages) != "supported" for s in said.sentences):
                # Only an index that was changed behind our back gets here: say nothing rather than misquote.
                raise AssistantError(
                    f"the index {library.index.path} does not hold what it says it holds; build it again with "
                    f"`python -m ingest build --index {library.index.path}`"
                )
        sources = [citation.source for citation in said.citations]
        asked = [question, reading, *(turn.question for turn in conversation.turns)]
        return replace(
            said,
            question=question,
            interpreted_as=reading if resolution.dependent or reading != resolution.readings[0] else question,
            passages=weighed.passages,
            evidence=weighed.evidence[:_EVIDENCE_KEPT],
            suggestions=suggestions.next(sources, asked=asked),
            seconds=clock.seconds,
        )

    def _said(self, library: Library, weighed: Weighed, language: str | None) -> Answer:
        """An answer, or an abstention, without the parts that only `ask` knows."""
        question, evidence, about = weighed.question, weighed.evidence, library.about
        nearest = evidence[0] if evidence else None
        related = _related(weighed)
        if is_unclear(question, lexicon=library.lexicon):
            return _abstained(abstain("unclear", question, nearest=None, about=about))
        if language:
            near = related if question.names else None
            return _abstained(abstain("unsupported_language", question, nearest=near, about=about, language=language))
        contradicted = contradiction(question, evidence)
        if contradicted is not None:
            return _abstained(abstain("false_premise", question, nearest=contradicted, about=about))
        if nearest is None or weighed.probability < self._threshold or question.unknown:
            reason = reason_for(question, cosine=weighed.cosine, covered=weighed.covered)
            probability = 0.0 if question.unknown else weighed.probability
            return _abstained(abstain(reason, question, nearest=related, about=about), confidence=probability)
        quotes = compose(question, evidence, threshold=self._threshold)
        return Answer(
            question=question.typed,
            interpreted_as=question.typed,
            kind="answer",
            text=quotes.text,
            sentences=quotes.sentences,
            citations=quotes.citations,
            confidence=weighed.probability,
        )

    def _current(self) -> tuple[Library, Suggestions]:
        """The library to answer from: a newer one, if it was published since this one was opened."""
        state = self._state
        if state[0].index.stale():
            with self._renewing:
                if self._state is state:
                    old = state[0].index
                    url = read_settings().chroma_url
                    self._state = self._opened(Index.open(old.path, embeddings=old.embeddings, chroma_url=url))
        return self._state


def _weigh(library: Library, text: str, context: str, clock: _Clock) -> Weighed:
    with clock.stage("resolve"):
        question = library.parse(text)
    with clock.stage("retrieve"):
        passages, vector = library.retrieve(question, context=context)
    with clock.stage("weigh"):
        return library.weigh(question, passages, vector)


def _related(weighed: Weighed) -> Evidence | None:
    """The nearest thing worth showing: about what was asked for, else whatever comes near enough."""
    names = weighed.question.names
    sources = {source for name in names if name.subject for source in name.sources}
    spellings = [spelling.casefold() for name in names for spelling in name.spellings]
    for evidence in weighed.evidence:
        said = evidence.sentence.text.casefold()
        if evidence.passage.source in sources or any(spelling in said for spelling in spellings):
            return evidence
    return weighed.evidence[0] if weighed.evidence and weighed.cosine >= LEAST_RELATED else None


def _context(conversation: Conversation, dependent: bool) -> str:
    return conversation.turns[-1].interpreted_as if dependent and conversation else ""


def _abstained(said: Abstention, *, confidence: float = 0.0) -> Answer:
    return Answer(
        question="",
        interpreted_as="",
        kind="abstention",
        reason=said.reason,
        text=said.text,
        sentences=said.sentences,
        citations=said.citations,
        confidence=confidence,
    )


def cleaned(question: str) -> str:
    """The question without control characters and on one line. Raises AssistantError if nothing can be asked."""
    if len(question) > LONGEST_QUESTION:
        raise AssistantError(f"the question has {len(question):,} characters; ask it in at most {LONGEST_QUESTION:,}")
    visible = "".join(" " if unicodedata.category(c) in ("Cc", "Cf", "Cs", "Zl", "Zp") else c for c in question)
    text = " ".join(_TAG.sub(" ", visible).split()) or " ".join(visible.split())
    if not text:
        raise AssistantError("the question is empty; type a question, for example: What is the library about?")
    return text
