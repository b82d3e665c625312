"""The pipe: resolve the question, retrieve, weigh the evidence, answer, check, cite."""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from langchain_core.runnables import Runnable, RunnableConfig

from assistant.answer import QUOTES, Answer, Citation, Passage
from assistant.calibration import Calibration, Scorer
from assistant.characters import LONGEST_QUESTION, visible
from assistant.chat_model import ChatModel
from assistant.conversation import Conversation
from assistant.errors import AssistantError
from assistant.fluent import FluentAnswerer
from assistant.followup import Resolution, resolve
from assistant.grounding import holds, verdict
from assistant.language import english_question, foreign_language
from assistant.library import Library, Weighed
from assistant.quotes import escaped
from assistant.reader import Reads, load_reader
from assistant.reply import reply
from assistant.rewriting import rewritten
from assistant.settings import PACKAGED_READER, AssistantSettings, assistant_settings
from assistant.smalltalk import smalltalk, switches_topic, without_politeness
from assistant.suggestions import Suggestions
from assistant.support import Checks, SupportChecker
from ingest import DocumentSummary, Index, Partner, build_index, load_embeddings

Progress = Callable[[str, int, int], None]

_EVIDENCE_KEPT = 10
_CHUNKS_TRIED = 4
"""Of a document, to see which questions about it may be suggested."""
_DOCUMENTS_TRIED = 25
"""When the index is opened; of others, when they are first cited."""

_LINK = re.compile(r"(?<!!)\[([^\]]*)\]\([^)]*\)")
_TAG = re.compile(r"</?[a-zA-Z][^<>]{0,200}>")
_CODE = re.compile(
    r"<(script|style)\b.*?</\1\s*>|!\[[^\]]*\]\([^)]*\)|\bhttps?://\S+|[$#%{]?\{.*?\}+"
    r"|(?<!\w)(?=\S*\d)[A-Za-z0-9+/_-]{24,}={0,2}"
    r"|['\"`)]*;\s*(?:(?:drop|alter|truncate)\s+table|delete\s+from|insert\s+into|update\s+\w+\s+set|select\b.*\bfrom)\b.*",
    re.IGNORECASE | re.DOTALL,
)
"""What is meant for a machine: scripts, links, templates, encoded text, statements of SQL."""


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

    `reader` and `scorer` are the seams for another evidence model, `threshold` is the probability below which it
    abstains; by default the reader and the threshold are those of the settings, the scorer is the shipped one. With a
    `chat` model it writes its answers and shows what `checker` finds supported, else it quotes.
    """

    def __init__(
        self,
        index: Index,
        *,
        reader: Reads | None = None,
        scorer: Scorer | None = None,
        threshold: float | None = None,
        chat: ChatModel | None = None,
        checker: Checks | None = None,
    ) -> None:
        settings, shipped = assistant_settings(), Calibration.load()
        self._reader = reader or load_reader(settings.evidence_model)
        self._scorer = scorer or shipped
        limits = (threshold, settings.threshold, shipped.threshold)
        self.threshold = next(limit for limit in limits if limit is not None)
        self.checker = checker or SupportChecker.load(load_reader(PACKAGED_READER))
        self._chat = chat
        self._fluent = FluentAnswerer(chat=chat, checker=self.checker) if chat else None
        self._renewing = threading.Lock()
        self._state = self._opened(index)

    @classmethod
    def open(cls, index: Path | None = None, *, progress: Progress | None = None) -> Assistant:
        """The assistant over the index in this folder, models loaded.

        Without a folder it is the default index, which is built from the shipped corpus when it is missing.
        Raises IngestError when a named index is missing, foreign or made with another model.
        """
        settings = assistant_settings()
        chat = ChatModel.open(settings) if settings.chat_model else None
        folder = index or settings.index
        embeddings = load_embeddings(settings.embedding_model)
        default = AssistantSettings.model_fields["index"].get_default(call_default_factory=True)
        if index is None and folder == default and not folder.exists():
            build_index(
                [settings.corpus],
                index_dir=folder,
                embeddings=embeddings,
                chroma_url=settings.chroma_url,
                progress=progress,
            )
        assistant = cls(Index.open(folder, embeddings=embeddings, chroma_url=settings.chroma_url), chat=chat)
        assistant.weigh("Is everything ready?")  # models and dictionaries load with their first text: here, then
        for document in assistant.documents[:_DOCUMENTS_TRIED]:
            assistant._state[1].about(document.source)
        return assistant

    def over(self, index: Index) -> Assistant:
        """The same models and threshold over another index."""
        return type(self)(
            index,
            reader=self._reader,
            scorer=self._scorer,
            threshold=self.threshold,
            chat=self._chat,
            checker=self.checker,
        )

    def _opened(self, index: Index) -> tuple[Library, Suggestions]:
        library = Library(index, reader=self._reader, scorer=self._scorer)

        def answers(questions: Sequence[str], source: str) -> list[Sequence[Citation]]:
            weighed = library.weigh_document(questions, source, most=_CHUNKS_TRIED)
            replies = [reply(library, one, threshold=self.threshold) for one in weighed]
            return [one.citations if one.kind == "answer" else () for one in replies]

        return library, Suggestions(index, chunks_of=library.retriever.chunks_of, answers=answers)

    @property
    def library(self) -> Library:
        """The opened index with its names and words."""
        return self._state[0]

    @property
    def index(self) -> Index:
        return self.library.index

    @property
    def answerer(self) -> str:
        """Who writes the answers: the chat model by its name, or the quotes."""
        return self._chat.name if self._chat else QUOTES

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
        """The answer growing sentence by sentence; every value holds all that came before, the last is whole.

        Only where a chat model fails midway do the quotes take the place of what it had said.
        """
        answer: Answer | None = None
        for answer in self._answers(question, conversation or Conversation()):
            if answer.answerer != QUOTES:
                yield answer
        if answer is not None and answer.answerer == QUOTES:
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

    def weigh(self, question: str, conversation: Conversation | None = None) -> Weighed:
        """What `ask` would answer from, for training and ablation: the likeliest reading of the question, weighed."""
        library, conversation = self.library, conversation or Conversation()
        resolution = resolve(cleaned(question), conversation, library.names)
        return _weigh(library, resolution.readings[0], conversation, _Clock())

    def ask(self, question: str, conversation: Conversation | None = None) -> Answer:
        """The answer to a question after a conversation.

        Raises AssistantError when the question is empty or longer than LONGEST_QUESTION characters.
        """
        *_, answer = self._answers(question, conversation or Conversation())
        return answer

    def _answers(self, question: str, conversation: Conversation) -> Iterator[Answer]:
        """What is said to a question: the last value, and before it what a chat model has written so far."""
        text = cleaned(question)
        library, suggestions = self._current()
        clock = _Clock()
        with clock.stage("resolve"):
            chat = smalltalk(text, about=escaped(library.about))
            if chat is not None:
                yield Answer(
                    question=question,
                    interpreted_as=question,
                    kind="greeting",
                    text=chat,
                    suggestions=suggestions.examples(3),
                    seconds=clock.seconds,
                )
                return
            language = foreign_language(without_politeness(text), lexicon=library.lexicon)
            if language and (in_english := english_question(text, lexicon=library.lexicon)):
                text, language = in_english, None
            before = Conversation() if language or switches_topic(text) else conversation
            text = without_politeness(text)
            resolution = resolve(text, before, library.names)
            began = time.perf_counter()
            leans = language is not None or resolution.dependent or len(resolution.readings) > 1
            rewrite = self._rewritten(text, conversation, library, language) if leans else None
            if rewrite and rewrite != text:
                resolution = Resolution(readings=(rewrite, *resolution.readings), dependent=True)
            waited = time.perf_counter() - began
        # In English by now, if a chat model has made it so.
        foreign = language if language and resolution.readings[0] == text else None
        reading = resolution.readings[0]
        weighed = _weigh(library, reading, before, clock, foreign=foreign is not None)
        for other in resolution.readings[1:]:
            if weighed.probability >= self.threshold or language:
                break
            again = _weigh(library, other, before, clock)
            if again.probability >= self.threshold:
                weighed, reading = again, other
        with clock.stage("answer"):
            quoted = reply(library, weighed, threshold=self.threshold, language=foreign)
        whole = replace(
            quoted,
            question=question,
            interpreted_as=reading if resolution.dependent or reading != resolution.readings[0] else question,
            passages=_with(weighed.passages, quoted.passages),
            evidence=weighed.evidence[:_EVIDENCE_KEPT],
        )
        # What was gathered from the registry has passages of its own, and no model could count better.
        if self._fluent is not None and quoted.kind == "answer" and not quoted.passages:
            began = time.perf_counter()
            for growing in self._fluent.answers(library, weighed, whole, language=language, waited=waited):
                yield (whole := growing)
            clock.seconds["check"] += (checking := whole.seconds.get("check", 0.0))
            clock.seconds["answer"] += time.perf_counter() - began - checking
        with clock.stage("check"):
            _check(library, whole)
        asked = [question, reading, *(turn.question for turn in conversation.turns)]
        yield replace(whole, suggestions=suggestions.next(whole.citations, asked=asked), seconds=clock.seconds)

    def _rewritten(self, text: str, conversation: Conversation, library: Library, language: str | None) -> str | None:
        """A question that leans on the conversation, or is in another language, as the chat model completes it."""
        if self._chat is None or switches_topic(text):
            return None
        said = rewritten(text, conversation, self._chat, names=library.names, foreign=language is not None)
        return None if said and foreign_language(said, lexicon=library.lexicon) else said

    def _current(self) -> tuple[Library, Suggestions]:
        """The library to answer from: a newer one, if it was published since this one was opened."""
        state = self._state
        if state[0].index.stale():
            with self._renewing:
                if self._state is state:
                    old = state[0].index
                    url = assistant_settings().chroma_url
                    self._state = self._opened(Index.open(old.path, embeddings=old.embeddings, chroma_url=url))
        return self._state


def _weigh(library: Library, text: str, before: Conversation, clock: _Clock, *, foreign: bool = False) -> Weighed:
    with clock.stage("resolve"):
        question = library.parse(text)
    with clock.stage("retrieve"):
        passages, vector = library.retrieve(question, context=before.asked, cited=before.cited)
    with clock.stage("weigh"):
        # A question that names its subject, as a resolved one does, is complete without what was asked before it.
        context = "" if question.names else before.context
        by_meaning = foreign and library.multilingual
        return library.weigh(question, passages, vector, context=context, by_meaning=by_meaning)


def _with(passages: Sequence[Passage], others: Sequence[Passage]) -> tuple[Passage, ...]:
    known = {passage.chunk.id for passage in others}
    return (*(passage for passage in passages if passage.chunk.id not in known), *others)


def _check(library: Library, answer: Answer) -> None:
    """Raises AssistantError where a quote is not what stands in the index: it was changed behind our back."""
    if answer.answerer == QUOTES:
        sound = all(verdict(s, answer.citations, answer.passages) == "supported" for s in answer.sentences)
    else:
        sound = all(holds(citation, answer.passages) for citation in answer.citations)
    if not sound:
        raise AssistantError(
            f"the index {library.index.path} does not hold what it says it holds; build it again with "
            f"`python -m ingest build --index {library.index.path}`"
        )


def cleaned(question: str) -> str:
    """The question without control characters and on one line. Raises AssistantError if nothing can be asked."""
    if len(question) > LONGEST_QUESTION:
        raise AssistantError(f"the question has {len(question):,} characters; ask it in at most {LONGEST_QUESTION:,}")
    seen = visible(question)
    text = " ".join(_TAG.sub(" ", _CODE.sub(" ", _LINK.sub(r"\1", seen))).split()) or " ".join(seen.split())
    if not text:
        raise AssistantError("the question is empty; type a question, for example: What is the library about?")
    return text
