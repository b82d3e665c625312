"""False premises: what a question takes for granted against what the sentences say."""

from __future__ import annotations

import re
from collections.abc import Sequence

from assistant.answer_type import YEAR
from assistant.evidence import Evidence
from assistant.lexicon import WORD, with_kin
from assistant.polarity import negated
from assistant.question import Question
from ingest import terms

_NUMBER_WORDS = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
    "eighteen nineteen twenty"
)
_NUMBERS = {word: str(value) for value, word in enumerate(_NUMBER_WORDS.split())} | {
    "thirty": "30",
    "forty": "40",
    "fifty": "50",
    "hundred": "100",
}

# A question that takes an end for granted is answered by nothing in a text that describes what goes on.
_ENDING = re.compile(
    r"\b(?:leaves?|left|leaving|quit(?:s|ting)?|withdr[ae]w\w*|end(?:s|ed|ing)?|stop(?:s|ped|ping)?|clos(?:es?|ed|ing)"
    r"|shut(?: down)?|cancel\w*|abolish\w*|terminat\w+|dissol\w+|abandon\w*|expel\w*|(?:kicked|thrown|pull(?:ed)?) out"
    r"|drop(?:ped)?|mov(?:e|ed|ing) out|split up|br(?:eak|oke) up|f[ae]ll out|discontinu\w+|suspend\w*|ceased?"
    r"|scrapp?ed|fail(?:ed)?|collapsed?|bankrupt|sold|lost|lose|sever\w*|resign\w*|no longer|finish(?:ed)?"
    r"|demolish\w*)\b",
    re.IGNORECASE,
)
_NEGATION = re.compile(r"\b(?:not|yet|ever|never|will|would|can|could)\b|n't\b", re.IGNORECASE)
_NOT = re.compile(r"\b(?:not|never|no)\b|n['’]t\b", re.IGNORECASE)
_PERMITTED = frozenset(terms("allowed permitted able possible"))
_PRESUMES = re.compile(
    r"^\W*(?:so |and |but )?(?:why|when|how come|how|what|who|since|because|in which year|which year|after|given)\b",
    re.IGNORECASE,
)
_ASKS_FOR_NUMBER = re.compile(
    r"\b(how many|how much|what (?:number|year|date)|which (?:number|year|date))\b", re.IGNORECASE
)


def contradiction(question: Question, weighed: Sequence[Evidence]) -> Evidence | None:
    """The evidence that contradicts what a question takes for granted, or None.

    Three things are looked for: a year other than the one the sentence gives for the same event, a number other
    than the one it gives for the same noun, and an end of something that the texts describe as going on.
    """
    if question.asks == "yes_no" or not weighed:
        return None
    near = [e for e in weighed if _same_subject(question, e)][:12]
    for evidence in near:
        said = f"{evidence.sentence.lead_in or ''} {evidence.sentence.text}"
        if _other_year(question, said) or _other_number(question.text, said):
            return evidence
    if denied := _denied(question, near):
        return denied
    if question.names and _PRESUMES.search(question.text):
        ending = _ENDING.search(question.text) and not _NEGATION.search(question.text)
        if ending and near and not any(_ENDING.search(e.passage.text) for e in near):
            # How the text presents it contradicts its end best.
            spellings = [spelling.casefold() for name in question.names for spelling in name.spellings]
            naming = [e for e in near if any(spelling in e.sentence.text.casefold() for spelling in spellings)] or near
            return min(
                (e for e in naming if e.passage.source == naming[0].passage.source), key=lambda e: e.sentence.start
            )
    return None


def _denied(question: Question, near: Sequence[Evidence]) -> Evidence | None:
    """The sentence that says what a question takes for not so ("why are students not allowed ...")."""
    if question.asks != "why" or not _NOT.search(question.text):
        return None
    names = {stem for name in question.names for spelling in name.spellings for stem in terms(spelling)}
    wanted = {stem for stem in question.rest if stem not in names and stem not in _PERMITTED}
    for evidence in near:
        if wanted and not negated(evidence.sentence.text) and wanted <= with_kin(terms(evidence.sentence.text)):
            return evidence
    return None


def _same_subject(question: Question, evidence: Evidence) -> bool:
    if not question.names:
        return evidence.probability >= 0.3
    sources = {source for name in question.names for source in name.sources}
    said = f"{evidence.sentence.text} {evidence.passage.title}".casefold()
    return evidence.passage.source in sources or any(
        spelling.casefold() in said for name in question.names for spelling in name.spellings
    )


def _other_year(question: Question, said: str) -> bool:
    asked, given = set(YEAR.findall(question.text)), set(YEAR.findall(said))
    if not asked or not given or asked & given:
        return False
    event = {stem for stem in question.stems if not stem.isdigit()}
    name_stems = {s for name in question.names for spelling in name.spellings for s in terms(spelling)}
    shared = with_kin(event - name_stems) & set(terms(said))
    return bool(shared)


def _counted(text: str) -> dict[str, set[str]]:
    """Noun stems with the numbers that count them: "five universities" gives {"univers": {"5"}}."""
    words = WORD.findall(text)
    found: dict[str, set[str]] = {}
    for position, word in enumerate(words[:-1]):
        number = _NUMBERS.get(word.casefold(), word.replace(",", "") if re.fullmatch(r"\d[\d.,]*", word) else None)
        others = position and words[position - 1].casefold() in {
            "other",
            "another",
            "further",
            "these",
            "those",
            "more",
        }
        if number is None or YEAR.fullmatch(word) or others:
            continue
        for following in words[position + 1 : position + 4]:
            for stem in terms(following):
                found.setdefault(stem, set()).add(number)
            if following.casefold() in {"of", "in", "and", "with", "or"}:
                break
    return found


def _other_number(asked: str, said: str) -> bool:
    if _ASKS_FOR_NUMBER.search(asked):
        return False
    wanted, given = _counted(asked), _counted(said)
    return any(stem in given and not numbers & given[stem] for stem, numbers in wanted.items())
