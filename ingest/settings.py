"""Where the index and the corpus lie, and which embedding model is used."""

from __future__ import annotations

from pathlib import Path

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

PROJECT_ROOT = Path(__file__).resolve().parent.parent


class IngestSettings(BaseSettings):
    """Environment variables with the prefix `ASSISTANT_`, or lines of a `.env` file; the environment wins."""

    model_config = SettingsConfigDict(
        env_prefix="ASSISTANT_",
        env_file=(PROJECT_ROOT / ".env", ".env"),
        env_ignore_empty=True,
        extra="ignore",
        frozen=True,
    )

    index: Path = Field(default=PROJECT_ROOT / ".index", description="Folder of the index.")
    corpus: Path = Field(default=PROJECT_ROOT / "corpus", description="File or folder of source texts.")
    embedding_model: str = Field(
        default="all-MiniLM-L6-v2",
        description="The packaged model, or a name or folder that sentence-transformers can load.",
    )
    chroma_url: str | None = Field(
        default=None, description="A Chroma server, such as http://localhost:8000; unset for embedded Chroma."
    )
