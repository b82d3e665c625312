"""Which model weighs the evidence and how sure it has to be; which chat model writes, if any."""

from __future__ import annotations

from pydantic import Field, ValidationInfo, field_validator

from ingest import IngestSettings, read_settings

PACKAGED_READER = "packaged"
_LEAST_READ = 500
"""Tokens of a question and the passages for it."""


class AssistantSettings(IngestSettings):
    """The settings of `ingest` and those of the assistant, from the same places."""

    evidence_model: str = Field(
        default=PACKAGED_READER,
        description="The packaged reader, or the name or folder of a cross-encoder for sentence-transformers.",
    )
    threshold: float | None = Field(
        default=None, ge=0.0, le=1.0, description="The probability below which it abstains; unset: as calibrated."
    )
    chat_model: str | None = Field(
        default=None, description="A chat model as provider:model, such as ollama:llama3.2; unset: quotes alone."
    )
    chat_base_url: str | None = Field(
        default=None, description="The address of its server, such as http://localhost:8000/v1."
    )
    chat_patience: float = Field(
        default=10.0, gt=0, description="Seconds to its first sentence and between two, after which the quotes come."
    )
    chat_tokens: int = Field(default=500, gt=0, description="The longest answer that it may write, in tokens.")
    chat_window: int = Field(
        default=4096, ge=1024, description="Tokens of passages, question and answer; passages are left out to fit."
    )

    @field_validator("chat_window")
    @classmethod
    def _room_for_passages(cls, window: int, others: ValidationInfo) -> int:
        tokens = others.data.get("chat_tokens", 0)
        if window < tokens + _LEAST_READ:
            raise ValueError(f"has to exceed ASSISTANT_CHAT_TOKENS ({tokens}) by {_LEAST_READ} or more")
        return window

    chat_at_once: int = Field(default=4, gt=0, description="Answers that it may be writing at the same time.")


def assistant_settings() -> AssistantSettings:
    """The settings. Raises IngestError for a value that does not fit."""
    return read_settings(AssistantSettings)
