"""Follow-up questions: made stand-alone from the conversation, and shown to the person that way."""

from __future__ import annotations

import pytest

from assistant.conversation import Conversation, Turn
from assistant.followup import resolve
from assistant.names import Name, Names
from tests.assistant.contract import Library

NAMES = Names(
    [
        Name(canonical="Harbour School", aliases=("HS",), sources=("harbour.md",), partner=True),
        Name(canonical="Old Mill Foundation", aliases=("OMF",), sources=("mill.md",), partner=True),
        Name(canonical="Society of Hill Explorers", aliases=("SHE",), sources=("hills.md",), partner=True),
    ]
)


def after(*questions: str, reply: str = "") -> Conversation:
    return Conversation(turns=tuple(Turn(question=q, interpreted_as=q, reply=reply) for q in questions))


@pytest.mark.parametrize(
    ("before", "typed", "meant"),
    [
        ("What is the Harbour School?", "When was it founded?", "When was Harbour School founded?"),
        ("What is the Harbour School?", "What are its courses?", "What are Harbour School's courses?"),
        ("What is the Harbour School?", "And where is that?", "Where is Harbour School?"),
        ("What is the Harbour School?", "Who can study there?", "Who can study in Harbour School?"),
        ("What is the Harbour School?", "since when?", "When did Harbour School start?"),
        ("What is the Harbour School?", "where?", "Where is Harbour School?"),
        ("What is the Harbour School?", "tell me more", "Tell me about Harbour School"),
        ("When did the Harbour School start?", "and the Old Mill Foundation?",
         "When did the Old Mill Foundation start?"),
        ("When did the Harbour School start?", "and the mill one?", "When did the Old Mill Foundation start?"),
        ("When did the Harbour School start?", "What about OMF?", "When did the OMF start?"),
        ("When did the Harbour School start?", "No, I meant the Old Mill Foundation",
         "When did the Old Mill Foundation start?"),
        ("When did the Harbour School start?", "no sorry, I mean the one with the mill. where is it?",
         "Where is Old Mill Foundation?"),
    ],
)  # fmt: skip
def test_a_follow_up_is_made_stand_alone(before: str, typed: str, meant: str) -> None:
    """Pronouns, ellipsis, corrections and bare question words take their topic from the question before."""
    found = resolve(typed, after(before), NAMES)
    assert found.readings[0] == meant
    assert found.dependent


@pytest.mark.parametrize(
    "question",
    [
        "Where is the Old Mill Foundation?",
        "How many are there in the OMF?",
        "Is there a fee at the Old Mill Foundation?",
    ],
)
def test_a_question_that_stands_alone_is_left_alone(question: str) -> None:
    """A new topic named in full switches to it."""
    found = resolve(question, after("What is the Harbour School?"), NAMES)
    assert (found.readings[0], found.dependent) == (question, False)


@pytest.mark.parametrize(
    "question", ["When was it founded?", "since when?", "and the mill one?", "No, I meant the mill"]
)
def test_without_a_conversation_nothing_is_resolved(question: str) -> None:
    """There is nothing to lean on."""
    assert resolve(question, Conversation(), NAMES).readings == (question,)


def test_the_last_topic_counts() -> None:
    """Of two names that were asked about, a pronoun means the later one."""
    conversation = after("What is the Harbour School?", "What is the OMF?")
    assert resolve("Where is it?", conversation, NAMES).readings[0] == "Where is Old Mill Foundation?"


def test_a_topic_outlives_a_question_that_names_none() -> None:
    """Two pronouns in a row mean the same thing."""
    conversation = after("What is the Harbour School?", "Who pays for everything?")
    assert "Harbour School" in resolve("Where is it?", conversation, NAMES).readings[0]


@pytest.mark.parametrize(
    ("history", "question", "meant", "fact"),
    [
        (["What is the York-Maastricht Partnership?"], "When was it launched?", "York-Maastricht", "2017"),
        (["What is SHE Collaborates?"], "since when?", "SHE Collaborates", "2012"),
        (["When did the York-Maastricht Partnership start?"], "and the India one?", "India", "2008"),
        (["Who pays for the projects in India?"], "and since when is that running?",
         "Maastricht UMC+ in India", "2008"),
        (["When did the York-Maastricht Partnership start?"], "What about SHE Collaborates?", "SHE", "2012"),
        (["What is WUN short for?"], "and YERUN?", "YERUN", "Young European Research Universities"),
        (["What is MUNDO?"], "No, I meant Radboud University", "Radboud", "Radboud University"),
        (["What is MUNDO?"], "Where is UNU-MERIT located?", "UNU-MERIT", "Maastricht"),
        (["Does UM work with Radboud University?", "Which joint programmes are they developing?"],
         "Where are those based?", "Radboud", "Venlo"),
        (["What is SHE Collaborates?", "And the York-Maastricht Partnership?"], "When was it launched?",
         "York-Maastricht", "2017"),
    ],
)  # fmt: skip
def test_a_follow_up_is_answered_from_what_it_is_about(
    shipped: Library, history: list[str], question: str, meant: str, fact: str
) -> None:
    """The answer is right, and `interpreted_as` shows how the question was understood."""
    answer = shipped.ask(question, *history)
    assert answer.kind == "answer"
    assert meant in answer.interpreted_as
    assert fact in answer.text.replace("*", "")


def test_a_follow_up_in_another_library(kitchen: Library) -> None:
    """Names that were only spelled out in a text can be meant by a pronoun as well."""
    answer = kitchen.ask("Where does it meet?", "What is the Guild of Northern Bakers?")
    assert "Guild of Northern Bakers" in answer.interpreted_as
    assert "Tromsø" in answer.text


def test_a_question_that_nothing_was_resolved_in_is_shown_as_typed(shipped: Library) -> None:
    """After any conversation, a question in full stays what it is."""
    question = "What is YERUN short for?"
    assert shipped.ask(question, "What is MUNDO?").interpreted_as == question


@pytest.mark.parametrize("chat", ["thanks", "hi", "what can you do?"])
def test_small_talk_does_not_change_the_topic(shipped: Library, chat: str) -> None:
    """ "It" is still what was asked about before the small talk."""
    answer = shipped.ask("Where does it have projects?", "What is MUNDO?", chat)
    assert "MUNDO" in answer.interpreted_as


def test_small_talk_alone_is_no_topic(shipped: Library) -> None:
    """The names in a greeting's reply are examples; "it" is none of them."""
    for chat in ("hi", "what can you do?"):
        assert shipped.ask("When was it launched?", chat).interpreted_as == "When was it launched?"


def test_an_ellipsis_reaches_over_small_talk(shipped: Library) -> None:
    """ "And York?" goes on with the question before the thanks."""
    answer = shipped.ask("and York?", "When did SHE Collaborates start?", "thanks")
    assert "thanks" not in answer.interpreted_as
    assert "2017" in answer.text


def test_a_declined_question_leaves_no_nonsense_to_refer_to(shipped: Library) -> None:
    """After a question about baking, "since when?" is not about the word "I", nor about a name of the reply."""
    for declined in ("How do I bake bread?", "asdf"):
        assert shipped.ask("since when?", declined).interpreted_as == "since when?"
