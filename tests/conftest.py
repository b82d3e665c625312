"""No test asks a model hub for anything, and none depends on the settings of whoever runs it."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from ingest.embedding import SentenceEmbeddings

# Before any test module is imported: the libraries read these when they are imported.
os.environ.update(HF_HUB_OFFLINE="1", TOKENIZERS_PARALLELISM="false", GRADIO_ANALYTICS_ENABLED="False")
for name in [name for name in os.environ if name.startswith("ASSISTANT_")]:
    del os.environ[name]


@pytest.fixture(scope="session")
def embeddings() -> SentenceEmbeddings:
    """The real embedding model, loaded once."""
    from ingest import load_embeddings

    return load_embeddings("all-MiniLM-L6-v2")
