"""From a question to a grounded answer."""

from assistant.answer import Answer, AnswerSentence, Citation, Passage, Verdict, Withheld
from assistant.assistant import LONGEST_QUESTION, Assistant
from assistant.calibration import Calibration, Scorer
from assistant.conversation import Conversation, Turn
from assistant.errors import AssistantError
from assistant.evidence import Candidate, Evidence, candidates, pages_of
from assistant.grounding import verdict
from assistant.library import Weighed
from assistant.reader import Encoded, Page, Reader, Reading, Reads, batched, encode
from assistant.retrieval import HybridRetriever, fuse
from assistant.signals import SIGNALS, Floats, Signals

__all__ = [
    "LONGEST_QUESTION",
    "SIGNALS",
    "Answer",
    "AnswerSentence",
    "Assistant",
    "AssistantError",
    "Calibration",
    "Candidate",
    "Citation",
    "Conversation",
    "Encoded",
    "Evidence",
    "Floats",
    "HybridRetriever",
    "Page",
    "Passage",
    "Reader",
    "Reading",
    "Reads",
    "Scorer",
    "Signals",
    "Turn",
    "Verdict",
    "Weighed",
    "Withheld",
    "batched",
    "candidates",
    "encode",
    "fuse",
    "pages_of",
    "verdict",
]
