"""ClapNQ (Rosenthal et al. 2025): real questions, each with one passage, answerable from it or not."""

from __future__ import annotations

from pathlib import Path

from evals.errors import EvalsError
from evals.external.collection import Collection, ExternalQuestion, Passage, malformed, read_lines


def load(path: Path) -> Collection:
    """From a file of JSON lines, or all of a folder. Raises EvalsError naming file and line."""
    files = [path] if path.is_file() else sorted(path.glob("*.jsonl"))
    if not files:
        raise EvalsError(f"{path}: no .jsonl file; give the folder of the set or one of its files")
    passages: dict[tuple[str, str], Passage] = {}
    questions: dict[str, ExternalQuestion] = {}
    for file in files:
        for where, raw in read_lines(file):
            try:
                (shown,) = raw["passages"]
                key = (shown["title"], shown["text"])
                passage = passages.setdefault(key, Passage(id=f"p{len(passages)}", text=key[1], title=key[0]))
                gold = [text for answer in raw["output"] for text in answer.get("selected_sentences") or ()]
                questions[str(raw["id"])] = ExternalQuestion(
                    id=str(raw["id"]),
                    question=raw["input"],
                    relevant={passage.id: 1} if gold else {},
                    spans=tuple(dict.fromkeys(gold)),
                    answerable=bool(gold),
                    passage=passage.id,
                    cluster=key[0],
                )
            except (KeyError, TypeError, ValueError, AttributeError) as error:
                raise malformed(where, error) from None
    return Collection(name="clapnq", passages=tuple(passages.values()), questions=tuple(questions.values()))
