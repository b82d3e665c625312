"""Settings come from the environment or a `.env` file."""

from __future__ import annotations

from pathlib import Path

import pytest

from ingest import IngestSettings
from ingest.settings import PROJECT_ROOT


def test_defaults_need_no_configuration(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Out of the box the corpus and index of the project are used, whatever folder one is in."""
    monkeypatch.chdir(tmp_path)
    settings = IngestSettings(_env_file=None)  # type: ignore[call-arg] # a setting of pydantic, not of ours
    assert (settings.corpus, settings.index) == (PROJECT_ROOT / "corpus", PROJECT_ROOT / ".index")
    assert (settings.embedding_model, settings.chroma_url) == ("all-MiniLM-L6-v2", None)


def test_the_environment_wins_over_the_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Both work; what is set to nothing counts as unset; other keys are passed over."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / ".env").write_text(
        "ASSISTANT_INDEX=/a\nASSISTANT_CORPUS=/b\nASSISTANT_CHAT_MODEL=x\n", encoding="utf-8"
    )
    monkeypatch.setenv("ASSISTANT_INDEX", "/c")
    monkeypatch.setenv("ASSISTANT_CHROMA_URL", "")
    settings = IngestSettings()
    assert (settings.index, settings.corpus, settings.chroma_url) == (Path("/c"), Path("/b"), None)
