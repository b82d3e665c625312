"""Greetings, thanks and goodbyes: answered like a polite person, without a search."""

from __future__ import annotations

import re

_NAME = r"(?:there|all|everyone|assistant|bot|again|you|team|folks|dear|chatbot|friend)"
_TAIL = r"[\s,.!?:;)(~-]*"


def _any(*phrases: str) -> str:
    return f"(?:{'|'.join(phrases)})"


_HELLO = _any(
    "hi+", "hello+", "hey+", "hiya", "howdy", "yo", "greetings", "(?:good )?(?:morning|afternoon|evening)", "good day",
    "dear (?:sir or madam|sirs?|madam|mr|mrs|ms)", "hallo", "hoi", "moin", "salut", "bonjour", "hola",
    "goedemorgen", "goedemiddag", "guten (?:tag|morgen)",
)  # fmt: skip
_THANKS = _any(
    r"thanks?(?: you)?(?: (?:so|very) much| a lot| a million)?", "thx", "ty", "cheers", "many thanks",
    "much appreciated", "appreciate it", "great", "perfect", "nice", "cool", "awesome", "ok(?:ay)?", "got it", "i see",
    r"(?:that|this|it)(?:'s| is| was)?(?: (?:really|very|so|super|most))* (?:helpful|useful|great|nice|kind)",
    r"that (?:helps|helped)(?: a lot)?", "(?:very |really )?helpful",
    "bedankt", "dank ?je(?: wel)?", "dank ?u(?: wel)?", "danke(?: schön)?", "merci", "gracias",
)  # fmt: skip
_BYE = _any(
    r"bye(?:[ -]bye)?", "good ?bye", "see (?:you|ya)(?: later| soon)?", "ciao", "doei", "tot ziens", "tschüss",
    "have a (?:nice|good|great) (?:day|evening|weekend|one)", "good night", "take care",
    "that(?:'s| is| was) all", "that will be all",
)  # fmt: skip
_HOW_ARE_YOU = _any(
    "how are you(?: doing)?(?: today)?", "how(?:'s| is) it going", "what'?s up", "how do you do", "nice to meet you"
)
_WHO_ARE_YOU = _any(
    "who are you", "what are you", "what can (?:you|i) (?:do|ask)(?: you)?", "what do you do", "what is this",
    "what do you know(?: about)?", "how (?:can|do) you (?:help|work)(?: me)?", "(?:can you )?help(?: me)?(?: please)?",
    "are you (?:a )?(?:human|robot|bot|real|an? ai)(?: person)?", "who am i talking to",
    "what(?: sort| kind)? of (?:questions|things) can i ask(?: you)?",
)  # fmt: skip
_NEW_TOPIC = _any(
    "(?:ok(?:ay)?,? )?(?:different|another|one more|next|last|new|quick) (?:question|topic|one)", "i have a question"
)


def _alone(*parts: str) -> re.Pattern[str]:
    return re.compile(rf"^{_TAIL}(?:{_any(*parts)}\b{_TAIL}(?:{_NAME}\b{_TAIL})*)+$", re.IGNORECASE)


_KINDS = (
    ("thanks", _alone(_THANKS)),
    ("bye", _alone(_THANKS, _BYE)),
    ("hello", _alone(_HELLO, _HOW_ARE_YOU)),
    ("who", _alone(_HELLO, _HOW_ARE_YOU, _WHO_ARE_YOU, _THANKS)),
)
_OPENING = re.compile(
    rf"^(?:{_TAIL}{_any(_HELLO, _THANKS, _HOW_ARE_YOU, _NEW_TOPIC)}\b{_TAIL}(?:{_NAME}\b)?\s*[.!?:;,–-]+\s*)+"
    r"(?=\S.{8})",
    re.IGNORECASE,
)


_CLOSING = re.compile(
    r"(?<=[.!?])\s+(?:(?:many |best |kind |warm )?(?:thanks|thank you|regards|wishes|greetings|cheers)"
    r"|sincerely|yours)\b[^?]{0,80}$",
    re.IGNORECASE,
)


_SWITCH = re.compile(
    r"\b(?:different|another|new|unrelated|separate) (?:question|topic|subject|thing)\b"
    r"|\bsomething (?:else|different)\b|\bchang(?:e|ing) (?:the |of )?(?:topic|subject)\b",
    re.IGNORECASE,
)


def switches_topic(question: str) -> bool:
    """Whether a person says that the question has nothing to do with what went before."""
    return bool(_SWITCH.search(question))


def without_politeness(question: str) -> str:
    """The question without what is said around it ("Hi! And where is it? Many thanks, Anna")."""
    return _CLOSING.sub("", _OPENING.sub("", question))


def smalltalk(question: str, *, about: str) -> str | None:
    """The reply to a greeting, thanks, goodbye or "what can you do"; None when it is a real question."""
    if len(question) > 120:
        return None
    text = re.sub(r"[^\w\s,.!?:;'’()~-]", " ", question).replace("’", "'").strip()
    kind = next((kind for kind, pattern in _KINDS if text and pattern.match(text)), None)
    if kind == "thanks":
        return "You're welcome! Is there anything else you would like to know?"
    if kind == "bye":
        return "Goodbye, and all the best! Come back whenever you have another question."
    if kind == "hello":
        return f"Hello! {about} What would you like to know?"
    if kind == "who":
        return (
            f"{about} I answer from these texts alone, show where each sentence stands, and say so when they do not "
            "answer a question. What would you like to know?"
        )
    return None
