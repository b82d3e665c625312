"""Source texts become Documents, Chunks and an index that can be searched by meaning and by word."""

from ingest.build import BuildResult, build_index, restore_index
from ingest.chunking import chunk_documents
from ingest.commands import CommandParser, ProgressBars, read_settings
from ingest.documents import load_documents
from ingest.embedding import bfloat16_pays, load_embeddings, loading_quietly, window_of
from ingest.errors import IngestError
from ingest.index import Index
from ingest.lexical import terms
from ingest.manifest import DocumentSummary
from ingest.registry import Partner
from ingest.sentences import Sentence, sentences_of, split_sentences
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
    "bfloat16_pays",
    "build_index",
    "chunk_documents",
    "index_status",
    "load_documents",
    "load_embeddings",
    "loading_quietly",
    "read_settings",
    "restore_index",
    "sentences_of",
    "split_sentences",
    "terms",
    "window_of",
]
