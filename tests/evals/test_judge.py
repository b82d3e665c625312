"""The optional judge: one more grader, which is graded too."""

from __future__ import annotations

from dataclasses import replace

import pytest
from langchain_core.language_models import GenericFakeChatModel
from langchain_core.messages import AIMessage

from evals.errors import EvalsError
from evals.judge import Judge, agreements
from evals.records import Record
from tests.evals.test_graders import ABSTENTION, CASE, RIGHT, grade


def judge(*replies: str) -> Judge:
    return Judge(model=GenericFakeChatModel(messages=iter([AIMessage(reply) for reply in replies])), name="fake")


def test_the_judge_says_whether_an_answer_is_correct_and_supported() -> None:
    """Also in the middle of other words."""
    found = judge('Well: ```json\n{"correct": true, "supported": false}\n```').grade(CASE, RIGHT)
    assert found == {"judged correct": 1.0, "judged supported": 0.0}


@pytest.mark.parametrize("reply", ["", "yes", '{"correct": "maybe"}', "{}", '{"correct": tru', "[true]"])
def test_what_cannot_be_read_is_unscored(reply: str) -> None:
    """It is not wrong, and the run goes on; so it does where the judge is down."""
    assert judge(reply).grade(CASE, RIGHT) == {"judged correct": None, "judged supported": None}
    assert judge().grade(CASE, RIGHT) == {"judged correct": None, "judged supported": None}


def test_an_abstention_is_not_judged() -> None:
    """There is nothing to be correct."""
    assert judge('{"correct": true, "supported": true}').grade(CASE, ABSTENTION)["judged correct"] is None


def test_the_agreement_with_the_other_graders_is_reported() -> None:
    """Equal verdicts, beyond chance, and what was left unscored."""
    records = []
    for number, (text, reply) in enumerate(
        [("The mill was built in 1780.", "true"), ("The mill is old.", "false"), ("The mill is new.", "true"),
         ("The mill was built in 1780.", "none")]
    ):  # fmt: skip
        answer = replace(RIGHT, text=text)
        case = replace(CASE, id=str(number))
        grades = grade(case, answer) | judge(f'{{"correct": {reply}, "supported": true}}').grade(case, answer)
        records.append(Record.from_answer(case, answer, grades, why=""))
    found = agreements(records)["judged correct"]
    assert (found["count"], found["unscored"]) == (3, 1)
    assert found["share"] == pytest.approx(2 / 3)
    assert 0 < found["kappa"] < 1


@pytest.mark.parametrize("name", ["nonsense", "nobody:model"])
def test_a_judge_that_cannot_be_had_is_refused_in_one_line(name: str) -> None:
    """Before anything is asked."""
    with pytest.raises(EvalsError, match=name) as raised:
        Judge.open(name)
    assert "\n" not in str(raised.value)
