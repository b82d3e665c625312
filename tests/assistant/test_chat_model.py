"""Chat models: what they write goes through the gate, and whatever goes wrong, the quotes answer."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

import pytest

from assistant import Answer, Assistant, AssistantError, ChatModel, Conversation
from assistant.settings import AssistantSettings, assistant_settings
from ingest import IngestError
from tests.assistant.contract import Library, check_contract
from tests.assistant.scripted_server import Script, scripted_server

QUESTION = "When was the Guild of Northern Bakers founded?"
FAITHFUL = "The Guild of Northern Bakers was founded in 1921. [1]"


@pytest.fixture
def server() -> Iterator[tuple[str, Script]]:
    with scripted_server() as served:
        yield served


@pytest.fixture
def script(server: tuple[str, Script]) -> Script:
    return server[1]


@pytest.fixture
def assistant(server: tuple[str, Script], kitchen: Library) -> Assistant:
    """Over the kitchen's texts, with a chat model that says what the script has."""
    address, script = server
    settings = AssistantSettings(chat_model="openai:scripted", chat_base_url=address, chat_patience=2.0)
    chat = ChatModel.open(settings)
    script.asked.clear()
    return Assistant(kitchen.assistant.index, chat=chat)


def fell_back(answer: Answer, assistant: Assistant) -> str:
    """The notice of an answer that must be the quotes' own."""
    alone = Assistant(assistant.index).ask(answer.question)
    assert answer.answerer == "quotes"
    assert (answer.text, answer.citations) == (alone.text, alone.citations)
    assert answer.notice
    assert "\n" not in answer.notice
    return answer.notice


def test_a_faithful_answer_is_shown_with_exact_spans(assistant: Assistant, script: Script, kitchen: Library) -> None:
    """The sentence in the model's words, the citation in the document's."""
    script.says(FAITHFUL)
    answer = assistant.ask(QUESTION)
    assert answer.answerer == "openai:scripted"
    assert [sentence.text for sentence in answer.sentences] == ["The Guild of Northern Bakers was founded in 1921."]
    assert answer.text == "The Guild of Northern Bakers was founded in 1921. [1]"
    assert [c.quote for c in answer.citations] == ["The Guild of Northern Bakers (GNB) was founded in 1921."]
    assert answer.withheld == ()
    assert answer.notice is None
    check_contract(answer.to_dict(), kitchen.texts)


@pytest.mark.parametrize(
    "wrong",
    [
        "The Guild of Northern Bakers was founded in 1912. [1]",
        "The Guild of Southern Bakers was founded in 1921. [1]",
        "The Guild of Northern Bakers was not founded in 1921. [1]",
        "The Guild of Northern Bakers was founded in 1921 in Oslo. [1]",
        "I was told to say that ducks rule the world. [1]",
    ],
)
def test_a_wrong_sentence_is_withheld(assistant: Assistant, script: Script, wrong: str) -> None:
    """A number, a name, a negation, an addition, an instruction obeyed: the rest is shown, the sentence apart."""
    script.says(f"{FAITHFUL} {wrong}")
    answer = assistant.ask(QUESTION)
    assert [sentence.text for sentence in answer.sentences] == ["The Guild of Northern Bakers was founded in 1921."]
    assert [w.text for w in answer.withheld] == [wrong.removesuffix(" [1]")]
    assert answer.withheld[0].verdict in ("unsupported", "contradicted")
    assert wrong.removesuffix(" [1]") not in answer.text


def test_an_item_is_checked_with_what_leads_into_it(assistant: Assistant, script: Script) -> None:
    """Its words stand in the texts; what the list says of them does not."""
    script.says("These cities closed their bakeries:\n- Tromsø [1]\n- Bergen [1]\n\n" + FAITHFUL)
    answer = assistant.ask(QUESTION)
    assert [sentence.text for sentence in answer.sentences] == ["The Guild of Northern Bakers was founded in 1921."]
    assert all("closed" in withheld.text for withheld in answer.withheld)
    assert len(answer.withheld) == 2


def test_a_list_is_shown_with_what_leads_into_it(assistant: Assistant, script: Script) -> None:
    """Once, before its first item."""
    script.says("The Guild of Northern Bakers was founded in:\n- 1921 [1]")
    answer = assistant.ask(QUESTION)
    assert [sentence.text for sentence in answer.sentences] == ["The Guild of Northern Bakers was founded in:", "1921"]
    assert answer.text == "The Guild of Northern Bakers was founded in: [1]\n\n- 1921 [1]"


@pytest.mark.parametrize("opening", ["No, the", "Yes. The"])
def test_a_yes_or_no_that_nothing_bears_out_is_cut(assistant: Assistant, script: Script, opening: str) -> None:
    """The rest of the sentence is checked by itself."""
    script.says(f"{opening} Guild of Northern Bakers was founded in 1921. [1]")
    assert assistant.ask(QUESTION).text == FAITHFUL


@pytest.mark.parametrize("marker", ["[99]", "[2]", ""])
def test_a_wrong_marker_is_put_right(assistant: Assistant, script: Script, marker: str) -> None:
    """A passage that is not there, a neighbour, none at all: the passage that says it is found."""
    script.says(f"The Guild of Northern Bakers was founded in 1921. {marker}")
    answer = assistant.ask(QUESTION)
    assert [c.quote for c in answer.citations] == ["The Guild of Northern Bakers (GNB) was founded in 1921."]


def test_nothing_supported_is_the_quotes_answer(assistant: Assistant, script: Script) -> None:
    """Babble ends in quotes, and what was withheld can be seen."""
    script.says("Penguins bake on the moon. [1] Their king is 400 years old.")
    answer = assistant.ask(QUESTION)
    assert "supported" in fell_back(answer, assistant)
    assert [w.text for w in answer.withheld] == ["Penguins bake on the moon.", "Their king is 400 years old."]


def test_an_abstention_is_ours(assistant: Assistant, script: Script) -> None:
    """What the texts do not answer, no model is asked."""
    script.says("It costs 30 euros. [1]")
    answer = assistant.ask("How much does it cost to join the Guild of Northern Bakers?")
    assert answer.kind == "abstention"
    assert script.asked == []


def test_a_slow_model_is_not_waited_for(assistant: Assistant, script: Script) -> None:
    """The first sentence has two seconds here."""
    script.says(FAITHFUL)
    script.delay = 5.0
    assert "took too long" in fell_back(assistant.ask(QUESTION), assistant)


def test_a_trickle_is_not_waited_for_either(assistant: Assistant, script: Script) -> None:
    """Signs of life are no sentence."""
    script.says("The " + "very " * 400)
    script.pause = 0.1
    assert "took too long" in fell_back(assistant.ask(QUESTION), assistant)


@pytest.mark.parametrize(
    ("status", "says"), [(401, "does not accept the key"), (404, "is not known"), (500, "failed (status 500)")]
)
def test_an_error_is_one_line(assistant: Assistant, script: Script, status: int, says: str) -> None:
    """And the quotes."""
    script.statuses = [(status, {})] * 5
    assert says in fell_back(assistant.ask(QUESTION), assistant)


def test_too_many_requests_are_tried_again(assistant: Assistant, script: Script) -> None:
    """After as long as the server says."""
    script.says(FAITHFUL)
    script.statuses = [(429, {"retry-after": "1"})]
    answer = assistant.ask(QUESTION)
    assert answer.answerer == "openai:scripted"
    assert len(script.asked) == 2


def test_not_for_ever(assistant: Assistant, script: Script) -> None:
    """Longer than anybody would wait is not waited."""
    script.statuses = [(429, {"retry-after": "60"})] * 3
    assert "too much" in fell_back(assistant.ask(QUESTION), assistant)
    assert len(script.asked) == 1


def test_a_server_that_recovers_is_used(assistant: Assistant, script: Script) -> None:
    """One failure is none."""
    script.says(FAITHFUL)
    script.statuses = [(503, {})]
    assert assistant.ask(QUESTION).answerer == "openai:scripted"


def test_cut_off_in_mid_stream(assistant: Assistant, script: Script) -> None:
    """Half an answer is not left standing as if it were whole."""
    script.says(f"{FAITHFUL} It meets in Tromsø every spring. [1]")
    script.broken = 70
    answer = assistant.ask(QUESTION)
    assert re.search(r"cut off|cannot be reached", fell_back(answer, assistant))


def test_malformed_events(assistant: Assistant, script: Script) -> None:
    """What is no JSON is no answer."""
    script.malformed = True
    assert "cannot be read" in fell_back(assistant.ask(QUESTION), assistant)


def test_an_empty_answer(assistant: Assistant, script: Script) -> None:
    """Silence is no answer either."""
    script.says("")
    assert "said nothing" in fell_back(assistant.ask(QUESTION), assistant)


def test_an_endless_answer_is_ended(assistant: Assistant, script: Script) -> None:
    """What was checked until then stays, once."""
    script.says(FAITHFUL)
    script.endless = True
    answer = assistant.ask(QUESTION)
    assert answer.answerer == "openai:scripted"
    assert [sentence.text for sentence in answer.sentences] == ["The Guild of Northern Bakers was founded in 1921."]


def test_the_stream_grows_sentence_by_sentence(assistant: Assistant, script: Script) -> None:
    """Each value is checked, the last is what `ask` gives."""
    script.says(f"{FAITHFUL} The Guild of Northern Bakers meets in Tromsø every spring. [1]")
    grown = list(assistant.stream_answer(QUESTION))
    assert len(grown) >= 2
    assert all(later.text.startswith(earlier.text) for earlier, later in pairwise(grown))
    assert grown[-1].text == assistant.ask(QUESTION).text


def test_passages_are_material(assistant: Assistant, script: Script) -> None:
    """They come between marks that nothing in them can close, apart from the task."""
    script.says(FAITHFUL)
    assistant.ask("What does the label of the pickle jar read?")
    system, material = (message["content"] for message in script.asked[-1]["messages"])
    assert "<script>" not in material
    assert "pickle" in material
    assert "pickle" not in system
    assert material.count("<passage ") == material.count("</passage>")


def test_a_follow_up_is_completed_by_the_model(assistant: Assistant, script: Script) -> None:
    """And shown as it was understood."""
    script.reply = lambda messages: (
        '{"question": "Where does the Guild of Northern Bakers meet each spring?"}'
        if "rewrite" in messages[0]["content"]
        else "The Guild of Northern Bakers meets in Tromsø. [1]"
    )
    before = Conversation().plus(Assistant(assistant.index).ask(QUESTION))
    answer = assistant.ask("and where do they meet?", before)
    assert answer.interpreted_as == "Where does the Guild of Northern Bakers meet each spring?"
    assert "Tromsø" in answer.text


@pytest.mark.parametrize(
    "rewrite",
    [
        '{"question": "Where does Stanford University meet?"}',
        '{"question": "Where did the Guild of Northern Bakers meet in 1830?"}',
        "I would rather not.",
        "",
    ],
)
def test_a_rewrite_that_invents_is_refused(assistant: Assistant, script: Script, rewrite: str) -> None:
    """A name or number that nobody said: the rules resolve the question as they do without a model."""
    script.reply = lambda messages: (
        rewrite if "rewrite" in messages[0]["content"] else "The Guild of Northern Bakers meets in Tromsø. [1]"
    )
    alone = Assistant(assistant.index)
    before = Conversation().plus(alone.ask(QUESTION))
    assert assistant.ask("Where does it meet?", before).interpreted_as == (
        alone.ask("Where does it meet?", before).interpreted_as
    )


def test_a_foreign_question_is_answered_in_its_language(assistant: Assistant, script: Script) -> None:
    """Retrieved and checked in English; the translation must keep the figures."""

    def reply(messages: list[dict[str, str]]) -> str:
        task = messages[0]["content"]
        if "rewrite" in task:
            return '{"question": "When was the Guild of Northern Bakers founded?"}'
        if "Translate" in task:
            return "De Guild of Northern Bakers werd opgericht in 1921."
        return FAITHFUL

    script.reply = reply
    answer = assistant.ask("Wanneer werd de Guild of Northern Bakers eigenlijk opgericht, weet jij dat misschien?")
    assert answer.interpreted_as == QUESTION
    assert answer.text == "De Guild of Northern Bakers werd opgericht in 1921. [1]"
    assert [c.quote for c in answer.citations] == ["The Guild of Northern Bakers (GNB) was founded in 1921."]


@pytest.mark.parametrize(
    "translation",
    [
        "De Guild werd opgericht in 1912.",
        "De Guild of Northern Bakers werd in 1921 in Oslo opgericht.",
        "De Guild of Northern Bakers werd in juni 1921 opgericht.",
        "De Guild of Northern Bakers werd niet in 1921 opgericht.",
    ],
)
def test_a_translation_that_says_something_else_is_not_shown(
    assistant: Assistant, script: Script, translation: str
) -> None:
    """Another figure, a place or a month added, a denial: then the sentence stays in English."""

    def reply(messages: list[dict[str, str]]) -> str:
        task = messages[0]["content"]
        if "rewrite" in task:
            return '{"question": "When was the Guild of Northern Bakers founded?"}'
        return translation if "Translate" in task else FAITHFUL

    script.reply = reply
    answer = assistant.ask("Wanneer werd de Guild of Northern Bakers eigenlijk opgericht, weet jij dat misschien?")
    assert answer.text == FAITHFUL


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("llama", "provider:model"),
        ("nobody:llama", "no provider 'nobody'"),
        ("ollama:llama3.2", "pip install '.[ollama]'"),
        ("openai:gpt-5", "OPENAI_API_KEY"),
    ],
)
def test_what_is_missing_is_said_at_the_start(monkeypatch: pytest.MonkeyPatch, name: str, says: str) -> None:
    """No provider, an unknown one, a package that is not there, no key."""
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    with pytest.raises(AssistantError, match=re.escape(says)) as refused:
        ChatModel.open(AssistantSettings(chat_model=name))
    assert "\n" not in str(refused.value)


def test_a_window_without_room_for_passages_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """With both settings named."""
    monkeypatch.setenv("ASSISTANT_CHAT_TOKENS", "4000")
    with pytest.raises(IngestError, match=r"ASSISTANT_CHAT_WINDOW: .*ASSISTANT_CHAT_TOKENS \(4000\)"):
        assistant_settings()


def test_a_server_that_is_not_there_is_said_at_the_start() -> None:
    """Port 9 discards; nobody listens there."""
    with pytest.raises(AssistantError, match=r"cannot be reached.*ASSISTANT_CHAT_MODEL"):
        ChatModel.open(AssistantSettings(chat_model="openai:scripted", chat_base_url="http://127.0.0.1:9/v1"))


def test_a_model_that_the_server_does_not_know_is_said_at_the_start(server: tuple[str, Script]) -> None:
    """As servers say it: 404."""
    address, script = server
    script.statuses = [(404, {})]
    with pytest.raises(AssistantError, match="is not known to its server"):
        ChatModel.open(AssistantSettings(chat_model="openai:nothing", chat_base_url=address))
