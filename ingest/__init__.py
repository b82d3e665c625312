"""Source texts become Documents, Chunks and an index that can be searched by meaning and by word."""

from ingest.build import BuildResult, build_index, restore_index
from ingest.chunking import chunk_documents
from ingest.commands import CommandParser, ProgressBars, read_settings
from ingest.documents import load_documents
from ingest.embedding import load_embeddings
from ingest.errors import IngestError
from ingest.index import Index
from ingest.lexical import terms
from ingest.manifest import DocumentSummary
from ingest.registry import Partner
from ingest.sentences import Sentence, sentences_of
from ingest.settings import IngestSettings
from ingest.status import IndexStatus, index_status

__all__ = [
    "BuildResult",
    "CommandParser",
    "DocumentSummary",
    "Index",
    "IndexStatus",
    "IngestError",
    "IngestSettings",
    "Partner",
    "ProgressBars",
    "Sentence",
    "build_index",
    "chunk_documents",
    "index_status",
    "load_documents",
    "load_embeddings",
    "read_settings",
    "restore_index",
    "sentences_of",
    "terms",
]
