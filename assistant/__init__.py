"""From a question to a grounded answer."""

from assistant.answer import Answer, AnswerSentence, Citation, Passage, Verdict, Withheld
from assistant.assistant import Assistant
from assistant.calibration import Calibration, Scorer, any_answers
from assistant.characters import LONGEST_QUESTION
from assistant.chat_model import ChatModel
from assistant.conversation import Conversation, Turn
from assistant.errors import AssistantError
from assistant.evidence import Candidate, Evidence, candidates, pages_of
from assistant.facts import Facts
from assistant.gate import Gate, Gated
from assistant.grounding import verdict
from assistant.library import Weighed
from assistant.reader import Encoded, Page, Reader, Reading, Reads, batched, encode
from assistant.retrieval import HybridRetriever, fuse
from assistant.signals import GROUPS, SIGNALS, Floats, Signals
from assistant.support import FEATURES, Spellings, Support, SupportChecker, covered_share, word_support
from assistant.wording import contradicts

__all__ = [
    "FEATURES",
    "GROUPS",
    "LONGEST_QUESTION",
    "SIGNALS",
    "Answer",
    "AnswerSentence",
    "Assistant",
    "AssistantError",
    "Calibration",
    "Candidate",
    "ChatModel",
    "Citation",
    "Conversation",
    "Encoded",
    "Evidence",
    "Facts",
    "Floats",
    "Gate",
    "Gated",
    "HybridRetriever",
    "Page",
    "Passage",
    "Reader",
    "Reading",
    "Reads",
    "Scorer",
    "Signals",
    "Spellings",
    "Support",
    "SupportChecker",
    "Turn",
    "Verdict",
    "Weighed",
    "Withheld",
    "any_answers",
    "batched",
    "candidates",
    "contradicts",
    "covered_share",
    "encode",
    "fuse",
    "pages_of",
    "verdict",
    "word_support",
]
