"""From a question to a grounded answer."""

from assistant.answer import Answer, AnswerSentence, Citation, Passage, Verdict, Withheld
from assistant.assistant import LONGEST_QUESTION, Assistant
from assistant.conversation import Conversation, Turn
from assistant.errors import AssistantError
from assistant.evidence import SIGNALS, Candidate, Evidence, Scorer, SignalModel, Signals, candidates
from assistant.grounding import verdict
from assistant.retrieval import HybridRetriever, fuse

__all__ = [
    "LONGEST_QUESTION",
    "SIGNALS",
    "Answer",
    "AnswerSentence",
    "Assistant",
    "AssistantError",
    "Candidate",
    "Citation",
    "Conversation",
    "Evidence",
    "HybridRetriever",
    "Passage",
    "Scorer",
    "SignalModel",
    "Signals",
    "Turn",
    "Verdict",
    "Withheld",
    "candidates",
    "fuse",
    "verdict",
]
