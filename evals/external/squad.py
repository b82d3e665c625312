"""SQuAD 2.0 (Rajpurkar et al. 2018), and any set in its format: each paragraph is a passage."""

from __future__ import annotations

from pathlib import Path

from evals.external.collection import Collection, ExternalQuestion, Passage, malformed, only_file, read_json


def load(path: Path) -> Collection:
    """From the file, or a folder with one; clusters are articles. Raises EvalsError for another form."""
    file = only_file(path, "*.json")
    raw = read_json(file)
    passages: list[Passage] = []
    questions: list[ExternalQuestion] = []
    try:
        for number, article in enumerate(raw["data"]):
            title = str(article.get("title", "")).replace("_", " ")
            for place, paragraph in enumerate(article["paragraphs"]):
                identity = f"{number}-{place}"
                passages.append(Passage(id=identity, text=paragraph["context"], title=title))
                for asked in paragraph["qas"]:
                    answerable = not asked.get("is_impossible", False)
                    questions.append(
                        ExternalQuestion(
                            id=str(asked["id"]),
                            question=asked["question"],
                            relevant={identity: 1} if answerable else {},
                            spans=tuple(dict.fromkeys(a["text"] for a in asked["answers"])) if answerable else (),
                            answerable=answerable,
                            passage=identity,
                            cluster=f"{number} {title}",
                        )
                    )
    except (KeyError, TypeError, AttributeError) as error:
        raise malformed(str(file), error) from None
    return Collection(name="squad2", passages=tuple(passages), questions=tuple(questions))
