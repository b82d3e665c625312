"""Which language a question is in, so that a foreign one is not answered with nonsense."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from assistant.lexicon import QUESTION_WORDS, WORD, Lexicon, frequency

if TYPE_CHECKING:
    from lingua import LanguageDetector

_LANGUAGES = ("ENGLISH", "DUTCH", "GERMAN", "FRENCH", "SPANISH", "ITALIAN", "PORTUGUESE", "POLISH", "TURKISH")
_LATIN = re.compile(r"[A-Za-zÀ-ɏ]")
_PART = re.compile(r"[^.?!()]+[.?!]?")

REPLIES = {
    "nl": "Het spijt me, ik kan op dit moment alleen vragen in het Engels beantwoorden, want mijn bronnen zijn in het "
    "Engels. Stel uw vraag gerust nog eens in het Engels.",
    "de": "Es tut mir leid, ich kann derzeit nur Fragen auf Englisch beantworten, denn meine Quellen sind auf "
    "Englisch. Stellen Sie Ihre Frage gern noch einmal auf Englisch.",
    "fr": "Je suis désolé, je ne peux répondre pour l'instant qu'aux questions en anglais, car mes sources sont en "
    "anglais. N'hésitez pas à poser de nouveau votre question en anglais.",
    "es": "Lo siento, de momento solo puedo responder a preguntas en inglés, porque mis fuentes están en inglés. "
    "Por favor, haga su pregunta de nuevo en inglés.",
    "it": "Mi dispiace, per ora posso rispondere solo a domande in inglese, perché le mie fonti sono in inglese. "
    "La prego di ripetere la domanda in inglese.",
}
APOLOGY = "I am sorry, I can only answer questions in English so far, because my sources are in English."


@lru_cache(maxsize=1)
def _detector() -> LanguageDetector:
    from lingua import Language, LanguageDetectorBuilder

    return LanguageDetectorBuilder.from_languages(*(getattr(Language, name) for name in _LANGUAGES)).build()


def foreign_language(text: str, *, lexicon: Lexicon) -> str | None:
    """The ISO 639-1 code of a question that is not in English, or None.

    Names would mislead the detector ("What is YERUN short for?" looks German to it), so words of the index
    that no English dictionary holds are left out, and a question made mostly of English words is English.
    """
    letters = [c for c in text if c.isalpha()]
    if letters and sum(bool(_LATIN.match(c)) for c in letters) / len(letters) < 0.5:
        return "und"
    words = [word for word in WORD.findall(text) if word.isalpha()]
    asking = [w for w in words if w.casefold() in QUESTION_WORDS]
    plain = [w for w in words if not lexicon.knows(w) or frequency(w) >= 1000 or w.casefold() in QUESTION_WORDS]
    if len(plain) < 2 or len(words) < 3:
        return None
    english = sum(w.casefold() in QUESTION_WORDS or frequency(w) >= 2000 for w in plain)
    if asking and english / len(plain) > 0.6:
        return None
    ranked = _detector().compute_language_confidence_values(" ".join(plain).lower())
    confidence = {value.language.name: value.value for value in ranked}
    top = ranked[0]
    if top.language.name == "ENGLISH" or confidence.get("ENGLISH", 0.0) > 0.25 or top.value < 0.4:
        return None
    return str(top.language.iso_code_639_1.name).lower()


def english_question(text: str, *, lexicon: Lexicon) -> str | None:
    """What a text in several languages asks in English, or None: what else it says may be a quotation, or an order."""
    asking = [part for part in _PART.findall(text) if part.endswith("?") and len(WORD.findall(part)) > 3]
    english = [
        part.strip()
        for part in asking
        if any(w.casefold() in QUESTION_WORDS for w in WORD.findall(part))
        and not foreign_language(part, lexicon=lexicon)
    ]
    return " ".join(english) or None
