"""What an index holds, how old it is, and whether the files on disk have changed since it was built."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from ingest.documents import read_document
from ingest.errors import IngestError
from ingest.generations import IndexFolder
from ingest.manifest import Manifest
from ingest.sources import SourceFile, find_sources


@dataclass(frozen=True, kw_only=True, slots=True)
class DocumentStatus:
    """A Document in the index. `age_days` counts from its `as_of` and is None without one."""

    source: str
    title: str
    url: str
    as_of: str
    chunks: int
    age_days: int | None


@dataclass(frozen=True, kw_only=True, slots=True)
class IndexStatus:
    """The state of an index. `changed`, `added` and `removed` are sources, as the files on disk are now.

    `problem` says in one line why the files could not be compared, and is None when they could.
    """

    path: str
    paths: tuple[str, ...]
    generation: str
    built_at: str
    embedding_model: str
    partners: int
    chunks: int
    documents: tuple[DocumentStatus, ...]
    changed: tuple[str, ...]
    added: tuple[str, ...]
    removed: tuple[str, ...]
    problem: str | None

    @property
    def up_to_date(self) -> bool:
        """Whether building again would change nothing."""
        return not (self.changed or self.added or self.removed or self.problem)

    def to_dict(self) -> dict[str, Any]:
        """Plain values, as `status --json` prints them."""
        return asdict(self) | {"up_to_date": self.up_to_date}


def index_status(index_dir: Path) -> IndexStatus:
    """The status of the index in `index_dir`; needs neither its vectors nor an embedding model.

    Raises IngestError when there is no index.
    """
    folder = IndexFolder(path=Path(index_dir))
    manifest = folder.manifest()
    today = datetime.now(UTC).date()
    changed, added, removed, problem = _compared(manifest)
    return IndexStatus(
        path=str(folder.path),
        paths=tuple(manifest.paths),
        generation=manifest.generation,
        built_at=manifest.built_at.isoformat(timespec="seconds"),
        embedding_model=manifest.embedding_name,
        partners=len(manifest.partners),
        chunks=len(manifest.chunk_ids),
        documents=tuple(
            DocumentStatus(
                source=document.source,
                title=document.title,
                url=document.url,
                as_of=document.as_of,
                chunks=len(document.chunks),
                age_days=_age(document.as_of, today),
            )
            for document in manifest.documents
        ),
        changed=changed,
        added=added,
        removed=removed,
        problem=problem,
    )


def _compared(manifest: Manifest) -> tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...], str | None]:
    """Sources changed, added and removed, and what kept them from being compared."""
    known = {document.source: document.sha256 for document in manifest.documents}
    try:
        files = {file.source: file for file in find_sources([Path(path) for path in manifest.paths])}
        digests = {source: file.digest() for source, file in files.items()}
    except IngestError as error:
        return (), (), (), str(error)
    changed = tuple(source for source, digest in digests.items() if known.get(source, digest) != digest)
    added = tuple(source for source in digests if source not in known and _says_something(files[source]))
    return changed, added, tuple(source for source in known if source not in digests), None


def _says_something(file: SourceFile) -> bool:
    """Whether a build would make a Document of a file, or stumble over it; empty files it passes by."""
    try:
        return bool(read_document(file).page_content.strip())
    except IngestError:
        return True


def _age(as_of: str, today: date) -> int | None:
    """Days since a date given to the day, month or year; the first of what is not given."""
    try:
        return (today - date.fromisoformat((as_of + "-01-01")[:10])).days if as_of else None
    except ValueError:
        return None
