"""Which model weighs the evidence, and how sure it has to be."""

from __future__ import annotations

from pydantic import Field

from ingest import IngestSettings, read_settings

PACKAGED_READER = "packaged"


class AssistantSettings(IngestSettings):
    """The settings of `ingest` and those of the assistant, from the same places."""

    evidence_model: str = Field(
        default=PACKAGED_READER,
        description="The packaged reader, or the name or folder of a cross-encoder for sentence-transformers.",
    )
    threshold: float | None = Field(
        default=None, ge=0.0, le=1.0, description="The probability below which it abstains; unset: as calibrated."
    )


def assistant_settings() -> AssistantSettings:
    """The settings. Raises IngestError for a value that does not fit."""
    return read_settings(AssistantSettings)
