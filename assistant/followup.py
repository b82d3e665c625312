"""Follow-up questions made stand-alone, by rule: corrections, ellipsis, bare question words, pronouns."""

from __future__ import annotations

import re
from dataclasses import dataclass

from assistant.conversation import Conversation, Turn
from assistant.lexicon import QUESTION_WORDS, WORD, content_words
from assistant.names import Mention, Name, Names, outside, without_brackets

_CORRECTION = re.compile(
    r"^\W*(?:no|nope|sorry|oops|wait|actually|not that(?: one)?|i (?:mean|meant)|rather)\b[\s,.!:;–-]*"
    r"(?:(?:no|sorry|wait|actually|but|i (?:mean|meant|was asking about)|not that(?: one)?|rather|the)\b[\s,.!:;–-]*)*"
    r"(?P<rest>.*)$",
    re.IGNORECASE | re.DOTALL,
)
_ELLIPSIS = re.compile(
    r"^\W*(?:(?:ok|okay|right|thanks|great|so|well)\b[\s,.!]*)?"
    r"(?:and|but|what about|how about|and what about|and how about|what of|same (?:question )?for|also|or)\b[\s,]*"
    r"(?:(?:what about|how about|for|with|of|in|at)\b\s*)*(?P<rest>.*?)\W*$",
    re.IGNORECASE | re.DOTALL,
)
_OPENER = re.compile(r"^\W*(?:(?:ok|okay|right|great|so|well|and|but|then|also)\b[\s,]*)+", re.IGNORECASE)
_BARE = (
    (
        re.compile(
            r"^(?:since when|from when|as of when|when|(?:since |in )?(?:what|which) year)"
            r"(?: was that| is that| did (?:it|that) \w+)?$",
            re.I,
        ),
        "When did {} start?",
    ),
    (re.compile(r"^(?:where|where exactly|in (?:what|which) (?:city|country|place)s?)$", re.I), "Where is {}?"),
    (
        re.compile(r"^(?:who|by who|by whom|with whom|with who|who (?:is|are) (?:they|that|it|those))$", re.I),
        "Who is part of {}?",
    ),
    (re.compile(r"^(?:why|why(?: is)? that|how come|what for)$", re.I), "Why is there {}?"),
    (re.compile(r"^(?:how many)$", re.I), "How many are there in {}?"),
    (re.compile(r"^(?:how|how so|in what way)$", re.I), "How does {} work?"),
    (re.compile(r"^(?:what|what is (?:that|it|this)|what'?s (?:that|it|this)|meaning|huh)$", re.I), "What is {}?"),
    (
        re.compile(
            r"^(?:tell me more|more|more (?:info|details|please)|go on|anything else|what else|continue)(?: please)?$",
            re.I,
        ),
        "Tell me about {}",
    ),
)
_SUBJECT = r"it|they|he|she|this|that|these|those"
_NOUNS = (
    r"partnerships?|collaborations?|cooperation|networks?|programmes?|programs?|institutes?|institution|hub|office|region|school|project|projects|"
    r"universit(?:y|ies)|organi[sz]ations?|alliance|initiative|centre|center|campus(?:es)?|company|group|body|association|one|ones|place|country|city"
)
_POSSESSIVE = re.compile(r"\b(its|their|his|her)\b(?= \w)", re.IGNORECASE)
_DEFINITE = re.compile(
    rf"\b(?:this|that|these|those|the(?: same)?)\s+(?:{_NOUNS})\b(?! (?:of|with|in|for|between|that|which)\b)",
    re.IGNORECASE,
)
_PRONOUN = re.compile(rf"\b(?:{_SUBJECT}|them|him)\b", re.IGNORECASE)
_THERE = re.compile(r"\b(?:over )?there\b", re.IGNORECASE)


@dataclass(frozen=True, kw_only=True, slots=True)
class Resolution:
    """Stand-alone readings of a question, the likeliest first; `dependent` when it leans on the conversation."""

    readings: tuple[str, ...]
    dependent: bool


def resolve(question: str, conversation: Conversation, names: Names) -> Resolution:
    """The stand-alone readings of `question` after `conversation`.

    A question that needs nothing from the conversation comes back as it is, followed by a reading with the
    topic of the last turn, which is used only if the first one finds no evidence.
    """
    if not conversation:
        return Resolution(readings=(question,), dependent=False)
    last = conversation.turns[-1]
    focus = _focus(conversation, names)
    text = question.strip()
    own = _proper(names.mentions(text), text)

    corrected = _CORRECTION.match(text)
    if corrected and corrected["rest"].strip(" ?.!"):
        rest = corrected["rest"].strip()
        instead = re.fullmatch(r"(?P<topic>[^.!?]+)[.!?]+\s+(?P<asked>.+)", rest, re.DOTALL)
        if instead and _is_fragment(instead["topic"]) and not _is_fragment(instead["asked"]):
            # "No, I mean the one in India. Since when is that running?"
            return _with_pronouns(instead["asked"], _topic(instead["topic"], names), names)
        if not _is_fragment(rest):
            return _with_pronouns(rest, focus, names)
        return Resolution(readings=(_substituted(rest, last, names),), dependent=True)

    ellipsis = _ELLIPSIS.match(text)
    fragment = (ellipsis["rest"] if ellipsis else _OPENER.sub("", text)).strip(" ?.!")
    for pattern, whole in _BARE:
        if focus and pattern.match(fragment):
            return Resolution(readings=(whole.format(focus),), dependent=True)
    owned = re.match(r"(?:its|their|his|her)\s+(?P<what>.+)$", fragment, re.IGNORECASE)
    if ellipsis and owned and focus:
        return Resolution(readings=(f"What is {_possessive(focus)} {owned['what']}?",), dependent=True)
    if ellipsis and fragment and _is_fragment(fragment) and not _asks_itself(fragment):
        return Resolution(readings=(_substituted(fragment, last, names),), dependent=True)
    bare_name = own and len(content_words(text)) <= 3 and _is_fragment(text) and not _asks_itself(text)
    if bare_name and last.interpreted_as and not _PRONOUN.search(outside(text, own)):
        return Resolution(readings=(_substituted(text.strip(" ?.!"), last, names), text), dependent=True)
    return _with_pronouns(_OPENER.sub("", text) if ellipsis else text, focus, names)


def _with_pronouns(text: str, focus: str | None, names: Names) -> Resolution:
    if not focus:
        return Resolution(readings=(text,), dependent=False)
    own = _proper(names.mentions(text), text)
    if own:
        # "Is it older than MUNDO?": the pronoun is the topic so far; "Does MUNDO say where it works?" is not.
        first = re.search(r"\b(it|its|they|their|them)\b", outside(text, own), re.IGNORECASE)
        if first is None or own[0].start < first.start():
            return Resolution(readings=(text,), dependent=False)
    possessive = _possessive(focus)
    for pattern, replacement in (
        (_DEFINITE, focus),
        (_POSSESSIVE, possessive),
        (_PRONOUN, focus),
        (_THERE, f"in {focus}"),
    ):
        match = _first_referring(pattern, text)
        if match:
            text = text[: match.start()] + replacement + text[match.end() :]
            return Resolution(readings=(_capitalised(text),), dependent=True)
    if own:
        return Resolution(readings=(text,), dependent=False)
    bare = text.rstrip(" ?.!")
    return Resolution(readings=(text, f"{bare} – {focus}?"), dependent=False)


def _possessive(name: str) -> str:
    return name + ("'" if name.endswith("s") else "'s")


def _first_referring(pattern: re.Pattern[str], text: str) -> re.Match[str] | None:
    for match in pattern.finditer(text):
        before, after = text[: match.start()].casefold().split(), text[match.end() :].casefold().split()
        word = match.group().casefold()
        if word == "there" and before and before[-1] in {"is", "are", "was", "were"} and not after:
            return match
        if word == "there" and (
            (before and before[-1] in {"is", "are", "was", "were", "be"})
            or (after and after[0] in {"is", "are", "was", "any"})
        ):
            continue  # "how many are there", "is there a fee": existence, not a place
        if (
            word in {"that", "this"}
            and after
            and after[0] not in {"is", "was", "for", "about", "based", "mean", "work", "?"}
            and len(after) > 1
            and before
        ):
            continue  # "the office that shares ..."
        return match
    return None


def _focus(conversation: Conversation, names: Names) -> str | None:
    """What the conversation is about now: the name in the last question, or the one its answer was drawn from."""
    for turn in reversed(conversation.turns):
        answer = turn.answer
        if answer is not None and answer.reason in ("off_topic", "unclear", "unsupported_language"):
            continue
        asked = names.in_text(turn.interpreted_as)
        if asked:
            return _spoken(asked[0], turn.interpreted_as, names)
        unknown = _capitalised_run(turn.interpreted_as)
        if answer is not None and answer.kind == "abstention" and unknown:
            return _topic(unknown, names)
        if answer is not None and answer.kind == "answer" and answer.citations:
            source, title = answer.citations[0].source, answer.citations[0].title
            owner = next((n for n in names.all if n.partner and source in n.sources), None)
            return owner.canonical if owner else without_brackets(title)
        said = names.in_text(turn.reply) if answer is None else []
        if said or unknown:
            return said[0].canonical if said else unknown
    return None


def _spoken(name: Name, text: str, names: Names) -> str:
    """The name as the person spelt it; as the texts do where that is a partner's, very short or without capitals."""
    mention = next(m for m in names.mentions(text) if m.name.canonical == name.canonical)
    spelling = text[mention.start : mention.end]
    if name.partner or len(spelling) <= 3 or spelling.islower():
        return name.canonical
    return spelling


def _capitalised_run(text: str) -> str | None:
    runs = re.findall(r"(?<!^)(?!I\b)(?<![.?!] )\b[A-ZÀ-Þ][\w&+\-]*(?: (?:of |the |and |de )?[A-ZÀ-Þ][\w&+\-]*)*", text)
    return runs[-1] if runs else None


def _topic(fragment: str, names: Names) -> str:
    """What a fragment means by itself: "the India one" is the one partner whose name has India in it."""
    topic = re.sub(r"^(?:the|a|an|about|for|with|of|in)\s+", "", fragment.strip(" ?.!,"), flags=re.IGNORECASE)
    topic = re.sub(r"^ones? (?:in|with|of|from|at)\s+(?:the\s+)?", "", topic, flags=re.IGNORECASE)
    topic = re.sub(r"\s+(?:one|ones|instead|then|though|please)$", "", topic, flags=re.IGNORECASE)
    holders = [name for name in names.all if name.partner and topic and _contains(name, topic)]
    return holders[0].canonical if len(holders) == 1 and not names.mentions(topic) else topic


def _substituted(fragment: str, last: Turn, names: Names) -> str:
    """The last question with its topic exchanged for the fragment ("and the India one?")."""
    topic = _topic(fragment, names)
    if not topic:
        return last.interpreted_as
    previous = last.interpreted_as
    mentions = _proper(names.mentions(previous), previous)
    if mentions:
        mention = mentions[0]
        return previous[: mention.start] + topic + previous[mention.end :]
    run = _capitalised_run(previous)
    if run:
        return previous.replace(run, topic, 1)
    bare = previous.rstrip(" ?.!")
    return f"{bare} – {topic}?"


def _contains(name: Name, topic: str) -> bool:
    wanted = topic.casefold().split()
    return any(all(word in spelling.casefold().split() for word in wanted) for spelling in name.spellings)


def _proper(mentions: list[Mention], text: str) -> list[Mention]:
    """Mentions without those in which a pronoun merely looks like a name ("she" and SHE)."""
    return [
        m for m in mentions if text[m.start : m.end].casefold() not in QUESTION_WORDS or text[m.start : m.end].isupper()
    ]


_VERB = re.compile(
    r"\b(?:is|are|was|were|do|does|did|has|have|had|can|could|will|would|should|tell|list|name|give|describe|explain"
    r"|(?:work|offer|start|focus|collaborat|fund|stud|launch|connect|support)(?:s|es|ed|ing|ies|e)?)\b",
    re.IGNORECASE,
)


def _is_fragment(text: str) -> bool:
    """Whether a text is a noun phrase rather than a question of its own."""
    return not _VERB.search(text) and len(WORD.findall(text)) <= 7


def _asks_itself(text: str) -> bool:
    return bool(re.match(r"^\W*(?:what|which|who|whom|whose|when|where|why|how)\b", text, re.IGNORECASE))


def _capitalised(text: str) -> str:
    return text[:1].upper() + text[1:]
