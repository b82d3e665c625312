"""A library with questions, as `training/library` is: the questions on its held-out pages, asked of all pages."""

from __future__ import annotations

from pathlib import Path

from evals.errors import EvalsError
from evals.external.collection import Collection, ExternalQuestion, Passage, malformed, read_lines


def load(path: Path) -> Collection:
    """From a folder with `pages/`, `questions.jsonl` and `held-out.txt`, which has the beginnings of file names.

    Without that file, all questions are asked; clusters are pages. Raises EvalsError for another form.
    """
    questions: list[ExternalQuestion] = []
    try:
        passages = tuple(
            Passage(id=page.name, text=page.read_text(encoding="utf-8"), suffix=page.suffix)
            for page in sorted((path / "pages").iterdir())
        )
        listed = path / "held-out.txt"
        held = tuple(listed.read_text(encoding="utf-8").split()) if listed.exists() else ("",)
    except (OSError, UnicodeDecodeError) as error:
        raise EvalsError(f"cannot read {path} ({error}); give a folder with pages/ and questions.jsonl") from None
    for where, raw in read_lines(path / "questions.jsonl"):
        try:
            page, near = raw["page"], raw["near"]
            if not str(near or "").startswith(held):
                continue
            questions.append(
                ExternalQuestion(
                    id=str(raw["id"]),
                    question=raw["question"],
                    history=tuple(raw["history"]),
                    relevant={page: 1} if page else {},
                    spans=tuple(raw["answer"]),
                    answerable=page is not None,
                    cluster=str(near or raw["id"]),
                )
            )
        except (KeyError, TypeError, ValueError) as error:
            raise malformed(where, error) from None
    return Collection(name="library", passages=passages, questions=tuple(questions))
