"""Wording: whether two sentences about the same thing say the opposite of each other."""

from __future__ import annotations

import re
from functools import lru_cache

from ingest import terms

_NEGATOR = re.compile(
    r"\b(?:no longer|not|no|never|without|none|neither|nor|cannot|nobody|nothing|nowhere|except|excluding|hardly|unless"
    r"|rather than|instead of|outside|lacks?|lacking|fails? to|unable|prohibited|forbidden|stopped|ceased"
    r"|only|solely|merely)\b"
    r"|n['’]t\b",
    re.IGNORECASE,
)
_LIMITING = frozenset({"only", "solely", "merely"})
# "Not only in Asia" denies nothing, and the "no" that opens an answer is about the question.
_NO_NEGATION = re.compile(
    r"^no,\s|\bnot\s+(?:\w+\s+){0,3}?(?:only|just|merely|solely|entirely|all|exclusively)\b|\bonly\s+part(?:ly|ially)\b",
    re.IGNORECASE,
)
_CLAUSE_END = re.compile(r"[,;:.!?()–—]|\b(?:but|and|or|while|whereas|although|though|because)\b", re.IGNORECASE)
_CLAUSE = re.compile(r"[.!?,;:](?:\s+|$)|\n+|\b(?:but|while|whereas|although)\b", re.IGNORECASE)
_PLACEHOLDERS = frozenset({"one", "thing", "other"})
_SCOPE = 5
_ALIKE = 0.8

_ANTONYMS = [
    (set(left.split()), set(right.split()))
    for left, right in (
        ("open opened opens", "closed close closes shut"),
        ("include includes including included", "exclude excludes excluding excluded"),
        ("before until", "after since"),
        ("more above over", "less fewer below under"),
        ("increase increases increased rise rises rose grow grew", "decrease decreases decreased fall falls fell"),
        ("first opening earliest", "last final latest"),
        ("allow allowed allows permitted", "forbid forbidden prohibited banned"),
        ("required compulsory mandatory obligatory must", "optional voluntary"),
        ("always", "never"),
        ("free", "paid charged"),
        ("public", "private"),
        ("start starts started begins began begin launched founded", "end ends ended stops stopped ceased dissolved"),
        ("current currently active still", "former formerly inactive"),
        ("minimum least", "maximum most"),
        ("same shared shares share joint jointly together", "different separate separately"),
        ("inside within", "outside"),
        ("all every", "none some few"),
        ("new", "old"),
        ("strong strengthen strengthens", "weak weaken weakens"),
        ("easy easier", "hard harder difficult"),
        ("advantage benefit benefits", "disadvantage drawback"),
        ("supports support supported", "opposes oppose opposed"),
        ("join joined joins member", "leave left leaves quit"),
        ("accept accepted accepts", "refuse refused refuses reject rejected"),
        ("north northern", "south southern"),
        ("east eastern", "west western"),
        ("winter", "summer"),
        ("morning", "evening afternoon"),
        ("excellent good", "poor bad"),
        (
            "widen widens widened broaden expand expands extend extends",
            "narrow narrows narrowed shrink reduce reduces limit",
        ),
        ("line together combined", "apart separate separately"),
        ("accepts welcomes welcome welcomed", "refuses rejects declines excludes"),
        ("early earlier", "late later"),
        ("short shorter shortest", "long longer longest"),
        ("big large larger largest", "small smaller smallest little"),
        ("strict strictly", "loose loosely flexible"),
        ("possible able can", "impossible unable cannot"),
        ("agree agrees agreed", "disagree disagrees disagreed"),
        ("succeed succeeds success successful", "fail fails failed failure unsuccessful"),
        ("safe", "dangerous unsafe"),
        ("cheap cheaper cheapest", "expensive dearer dearest"),
        ("full", "empty"),
        ("add adds added", "remove removes removed"),
        ("gain gains gained won win", "lose loses lost"),
        ("arrive arrives arrival", "depart departs departure"),
        ("import imports", "export exports"),
        ("child children", "adult adults"),
        ("day daytime", "night"),
        ("weekdays", "weekend weekends"),
        ("hot warm", "cold cool"),
        ("light", "dark heavy"),
        ("wet", "dry"),
        ("raise raises raised", "lower lowers lowered cut"),
        ("encourage encourages promote promotes", "discourage discourages hinder hinders"),
        ("fast faster quick quickly", "slow slower slowly"),
        ("temporary temporarily", "permanent permanently"),
        ("local domestic national", "foreign abroad international"),
        ("many often", "few rarely seldom"),
        ("buy bought buys", "sell sold sells"),
        ("sent send sends", "received receive receives"),
    )
]


def contradicts(text: str, source: str) -> bool:
    """Whether one of the two denies, or limits with "only", what the other affirms, or says its opposite."""
    said, known = _words(text), _words(source)
    for left, right in _ANTONYMS:
        for one, other in ((left, right), (right, left)):
            if said & one and not said & other and known & other and not known & one and _alike(text, source, one):
                return True
    return _alike(text, source, set()) and (_denied(text, source) or _denied(source, text))


def _alike(text: str, source: str, apart_from: set[str]) -> bool:
    """Whether a text, denials apart, says little else than its source does: only then is one word the difference."""
    rest = set(terms(_NEGATOR.sub(" ", text))) - set(terms(" ".join(apart_from)))
    return len(rest & set(terms(source))) >= _ALIKE * len(rest)


def _denied(text: str, source: str) -> bool:
    """Whether a negation of `text` bears on what `source` says in clauses without one."""
    for limiting in (False, True):
        scope = _negated(text, limiting=limiting)
        free = {
            stem
            for clause in _CLAUSE.split(source)
            if not _negated(clause, limiting=limiting)
            for stem in terms(clause)
        }
        if scope and len(scope & free) > len(scope) / 2:
            return True
    return False


@lru_cache(maxsize=20_000)
def _negated(text: str, *, limiting: bool) -> frozenset[str]:
    """The content words that follow a negator in its clause, or that it limits to themselves."""
    found: set[str] = set()
    text = _NO_NEGATION.sub(" ", text)
    for match in _NEGATOR.finditer(text):
        if (match[0].casefold() in _LIMITING) is limiting:
            following = _CLAUSE_END.split(text[match.end() :], maxsplit=1)[0]
            found.update(stem for stem in terms(following)[:_SCOPE] if stem not in _PLACEHOLDERS)
    return frozenset(found)


@lru_cache(maxsize=20_000)
def _words(text: str) -> frozenset[str]:
    return frozenset(re.findall(r"\w+", text.casefold()))
