"""Examples: a question, a passage in sentences, and which of these answer it; from public sets given by path."""

from __future__ import annotations

import json
import random
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from ingest import split_sentences, terms

_BULLET = re.compile(r"^(?:[-*•] |\d{1,2}[.)] )")


@dataclass(frozen=True, kw_only=True, slots=True)
class Example:
    """`right` says of each sentence whether it answers; `answers` are the shortest answers, None where unknown.

    `group` is what must not be on both sides of a split: the page or article. `wrong` are the (start, end) characters
    of a statement that its page does not bear out; None where unknown, and for questions.
    """

    question: str
    head: str
    sentences: tuple[str, ...]
    right: tuple[bool, ...]
    answers: tuple[str, ...] | None
    group: str
    origin: str
    context: str = ""
    wrong: tuple[tuple[int, int], ...] | None = None

    @property
    def answerable(self) -> bool:
        return any(self.right)


def split(text: str) -> tuple[str, ...]:
    """The sentences of a paragraph."""
    return tuple(text[start:end] for start, end in split_sentences(text, start=0, end=len(text)))


def laid_out(text: str) -> tuple[str, ...]:
    """The sentences of a text of ours, in which lines mean something: an item of a list is one, whatever it holds."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    found = [(_BULLET.sub("", line),) if _BULLET.match(line) else split(line) for line in lines]
    return tuple(sentence for own in found for sentence in own)


def flat(text: str) -> str:
    return " ".join(text.split())


def squad(path: Path, *, origin: str, spans: bool = True) -> Iterator[Example]:
    """A file in the format of SQuAD 2.0: each question with its own paragraph."""
    for article in json.loads(path.read_text(encoding="utf-8"))["data"]:
        title = str(article.get("title", "")).replace("_", " ")
        for paragraph in article["paragraphs"]:
            text = paragraph["context"]
            where = split_sentences(text, start=0, end=len(text))
            for asked in paragraph["qas"]:
                golds = [(a["answer_start"], a["answer_start"] + len(a["text"])) for a in asked["answers"]]
                if asked.get("is_impossible"):
                    golds = []
                right = tuple(any(start < last and first < end for first, last in golds) for start, end in where)
                if not where or (golds and not any(right)):
                    continue
                yield Example(
                    question=asked["question"].strip(),
                    head=title,
                    sentences=tuple(text[start:end] for start, end in where),
                    right=right,
                    answers=tuple({a["text"] for a in asked["answers"]} if golds else ()) if spans else None,
                    group=title,
                    origin=origin,
                )


def paragraph_examples(path: Path) -> Iterator[Example]:
    """`paragraphs.jsonl`: paragraphs of ours with their questions, of which nearly half are not answered by them.

    What answers is the sentence with the answer, or, where a question names sentences, any of these.
    """
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines()):
        row = json.loads(line)
        sentences = laid_out(row["context"])
        for asked in row["qas"]:
            answer = asked["answer"]
            if "by" in asked:
                right = named(sentences, asked["by"])
                sure = any(right)
            else:
                right = tuple(answer is not None and answer in sentence for sentence in sentences)
                sure = answer is None or sum(right) == 1 or (any(right) and len(answer) > 3)
            if sure:
                yield Example(
                    question=asked["question"],
                    head=row["title"],
                    sentences=sentences,
                    right=right,
                    answers=(answer,) if answer is not None else None if any(right) else (),
                    group=f"paragraph {number}",
                    origin="paragraphs",
                )


def named(sentences: Sequence[str], named: Sequence[str]) -> tuple[bool, ...]:
    """Which sentences of a text are among those named."""
    wanted = [flat(text) for text in named]
    return tuple(any(flat(s) in text or text in flat(s) for text in wanted) for s in sentences)


def windowed(example: Example, *, most: int, shuffled: random.Random) -> Example:
    """At most `most` sentences of a long text around one that answers."""
    if len(example.sentences) <= most:
        return example
    centre = example.right.index(True) if example.answerable else shuffled.randrange(len(example.sentences))
    first = min(max(0, centre - shuffled.randrange(most)), len(example.sentences) - most)
    part = slice(first, first + most)
    return replace(example, sentences=example.sentences[part], right=example.right[part])


def policies(path: Path, shuffled: random.Random) -> Iterator[Example]:
    """PolicyQA: the segments of a policy are short, so a segment comes with the one before and the one after."""
    for article in json.loads(path.read_text(encoding="utf-8"))["data"]:
        pieces = [(paragraph, split(paragraph["context"])) for paragraph in article["paragraphs"]]
        for number, (paragraph, own) in enumerate(pieces):
            before = pieces[number - 1][1][-3:] if number else ()
            after = pieces[number + 1][1][:3] if number + 1 < len(pieces) else ()
            seen: set[str] = set()
            for asked in paragraph["qas"]:
                if asked["question"] in seen or not asked["answers"]:
                    continue
                seen.add(asked["question"])
                gold = flat(asked["answers"][0]["text"]).casefold()
                right = tuple(_overlaps(gold, flat(sentence).casefold()) for sentence in own)
                if len(gold) < 12 or not any(right):
                    continue
                example = Example(
                    question=asked["question"].strip(),
                    head=f"Privacy policy of {article['title']}",
                    sentences=(*before, *own, *after),
                    right=(*(False,) * len(before), *right, *(False,) * len(after)),
                    answers=None,
                    group=article["title"],
                    origin="policyqa",
                )
                yield windowed(example, most=6, shuffled=shuffled)


def _overlaps(gold: str, sentence: str) -> bool:
    return gold in sentence or (len(sentence) > 20 and sentence in gold)


def articles(path: Path, shuffled: random.Random) -> Iterator[Example]:
    """COVID-QA: long articles, of which the sentences around the answer are taken."""
    for example in squad(path, origin="covidqa"):
        head = example.sentences[0].split("\n")[0][:120]
        yield windowed(replace(example, head=head, group=head), most=5, shuffled=shuffled)


def sentence_pairs(path: Path, shuffled: random.Random) -> Iterator[Example]:
    """squad1-sentences: the lines follow the articles, so neighbouring sentences make up a passage again."""
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    sentences = list(dict.fromkeys(_untokenised(row["sentence"]) for row in rows))
    places = {sentence: place for place, sentence in enumerate(sentences)}
    for row in rows:
        own = _untokenised(row["sentence"])
        most = shuffled.choice((3, 4))
        first = max(0, places[own] - shuffled.randrange(most))
        near = sentences[first : first + most]
        yield Example(
            question=_untokenised(row["question"]),
            head="",
            sentences=tuple(near),
            right=tuple(sentence == own for sentence in near),
            answers=None,
            group=f"pairs {places[own] // 50}",
            origin="squad1-sentences",
        )


def _untokenised(text: str) -> str:
    text = text.replace("-lrb-", "(").replace("-rrb-", ")").replace("``", '"').replace("''", '"')
    return re.sub(r" ([,.;:?!)%]|'s\b|n't\b)", r"\1", text).replace("( ", "(")


def long_answers(path: Path) -> Iterator[Example]:
    """clapnq-train: only answers, all of whose sentences answer; the passages to tell them from are those of others."""
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines()):
        row = json.loads(line)
        found = split(_untokenised(row["answers"].strip().strip('"')))
        if found:
            yield Example(
                question=row["question"],
                head="",
                sentences=found,
                right=(True,) * len(found),
                answers=None,
                group=f"clapnq {number}",
                origin="clapnq-train",
            )


def knowledge(path: Path) -> Iterator[Example]:
    """HaluEval: what is known in two sentences or so, and the right answer where one of them has it."""
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines()):
        row = json.loads(line)
        found = split(re.sub(r"(?<=[a-z)\"])\.(?=[A-Z])", ". ", row["knowledge"]))
        right = tuple(row["right_answer"].casefold() in sentence.casefold() for sentence in found)
        if any(right) and len(row["right_answer"]) > 2:
            yield Example(
                question=row["question"],
                head="",
                sentences=found,
                right=right,
                answers=(row["right_answer"],),
                group=f"halueval {number}",
                origin="halueval",
            )


def without_answer(example: Example) -> Example | None:
    """The example with the sentences that answer taken out; None where too little is left."""
    kept = tuple(s for s, right in zip(example.sentences, example.right, strict=True) if not right)
    said = flat(" ".join(kept)).casefold()
    if not kept or any(answer.casefold() in said for answer in example.answers or ()):
        return None
    return replace(
        example,
        sentences=kept,
        right=(False,) * len(kept),
        answers=None if example.answers is None else (),
        origin=f"{example.origin}, answer removed",
    )


def elsewhere(
    example: Example, others: Sequence[Example], shuffled: random.Random, *, tried: int = 40
) -> Example | None:
    """The question with another passage, of some the one that shares most words with it."""
    pool = shuffled.sample(list(others), min(tried, len(others)))
    asked = set(terms(example.question))
    pool = [o for o in pool if o.sentences != example.sentences and not set(o.sentences) & set(example.sentences)]
    if not pool:
        return None
    best = max(pool, key=lambda other: len(asked & set(terms(" ".join(other.sentences)))))
    said = flat(" ".join(best.sentences)).casefold()
    if any(answer.casefold() in said for answer in example.answers or ()):
        return None
    return replace(
        example,
        head=best.head,
        sentences=best.sentences,
        right=(False,) * len(best.sentences),
        answers=None if example.answers is None else (),
        origin=f"{example.origin}, elsewhere",
    )


_NUMBER = re.compile(r"\b\d[\d.,]*\d\b|\b\d\b")
_NAME = re.compile(r"(?<=[a-z,] )[A-Z][a-zà-ÿ]+(?: [A-Z][a-zà-ÿ]+)*")


def swapped(example: Example, shuffled: random.Random) -> Example | None:
    """The question with a number or a name of its own exchanged for another of the same passage: a false premise."""
    said = " ".join(example.sentences)
    for pattern in (_NUMBER, _NAME):
        own = [m for m in pattern.finditer(example.question) if m.group() in said]
        others = sorted({m.group() for m in pattern.finditer(said)} - {m.group() for m in own})
        if own and others:
            there = shuffled.choice(own)
            question = example.question[: there.start()] + shuffled.choice(others) + example.question[there.end() :]
            return replace(
                example,
                question=question,
                right=(False,) * len(example.right),
                answers=None if example.answers is None else (),
                origin=f"{example.origin}, swapped",
            )
    return None


def public(data: Path, *, seed: int) -> list[Example]:
    """What the sets in the folder `data` give without SQuAD 2.0, with what is not answered made from it."""
    shuffled = random.Random(seed)
    pairs = list(sentence_pairs(data / "squad1-sentences" / "pairs.jsonl", shuffled))
    pairs = shuffled.sample(pairs, min(len(pairs), 8000))
    policy = [e for name in ("dev", "test") for e in policies(data / "policyqa" / f"{name}.json", shuffled)]
    policy = shuffled.sample(policy, len(policy) // 3)
    covid = list(articles(data / "covidqa" / "covidqa.json", shuffled))
    long = list(long_answers(data / "clapnq-train" / "questions.jsonl"))
    known = list(knowledge(data / "halueval" / "qa.jsonl"))
    made: list[Example] = []
    for pool, removed, moved, exchanged in (
        (pairs, 0.2, 0.08, 0.05),
        (policy, 0.2, 0.05, 0.0),
        (covid, 0.2, 0.1, 0.0),
        (long, 0.0, 1.0, 0.0),
        (known, 0.3, 0.2, 0.0),
    ):
        made += pool
        made += negatives(pool, removed=removed, moved=moved, exchanged=exchanged, shuffled=shuffled)
    return made


def negatives(
    pool: Sequence[Example], *, removed: float, moved: float, exchanged: float, shuffled: random.Random
) -> Iterator[Example]:
    """From these shares of the answerable examples: the answer taken out, another passage, a false premise."""
    by_origin: dict[str, list[Example]] = {}
    for example in pool:
        by_origin.setdefault(example.origin, []).append(example)
    for example in pool:
        if not example.answerable:
            continue
        candidates = (
            without_answer(example) if shuffled.random() < removed else None,
            elsewhere(example, by_origin[example.origin], shuffled) if shuffled.random() < moved else None,
            swapped(example, shuffled) if shuffled.random() < exchanged else None,
        )
        yield from (candidate for candidate in candidates if candidate is not None)
