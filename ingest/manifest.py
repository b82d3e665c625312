"""The manifest: what a generation of an index was made of."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Self

from ingest.errors import IngestError
from ingest.registry import Partner

FORMAT = 1
_FILE = "manifest.json"


@dataclass(frozen=True, kw_only=True, slots=True)
class DocumentSummary:
    """A Document as it was indexed. `as_of` is a date or '', `chunks` their number."""

    source: str
    title: str
    url: str
    as_of: str
    chunks: int


@dataclass(frozen=True, kw_only=True, slots=True)
class DocumentEntry:
    """A Document in the manifest. `sha256` is of the file's bytes, `chunks` are ids in reading order."""

    source: str
    sha256: str
    title: str
    url: str
    as_of: str
    chunks: tuple[str, ...]

    @property
    def summary(self) -> DocumentSummary:
        return DocumentSummary(
            source=self.source, title=self.title, url=self.url, as_of=self.as_of, chunks=len(self.chunks)
        )


@dataclass(frozen=True, kw_only=True, slots=True)
class Manifest:
    """`paths` are those that were built, absolute; `built_at` is in UTC; documents are sorted by source."""

    generation: str
    built_at: datetime
    paths: tuple[str, ...]
    embedding_name: str
    embedding_fingerprint: str
    chunker_fingerprint: str
    documents: tuple[DocumentEntry, ...]
    partners: tuple[Partner, ...]

    @classmethod
    def from_folder(cls, folder: Path) -> Self:
        """The manifest of a generation; IngestError when it is missing, damaged or of another format."""
        path = folder / _FILE
        try:
            data: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
            if data["format"] != FORMAT:
                raise IngestError(f"{path} has format {data['format']!r}; expected {FORMAT}.")
            documents = (DocumentEntry(**(entry | {"chunks": tuple(entry["chunks"])})) for entry in data["documents"])
            return cls(
                generation=data["generation"],
                built_at=datetime.fromisoformat(data["built_at"]),
                paths=tuple(data["paths"]),
                embedding_name=data["embedding_name"],
                embedding_fingerprint=data["embedding_fingerprint"],
                chunker_fingerprint=data["chunker_fingerprint"],
                documents=tuple(documents),
                partners=tuple(Partner.from_dict(entry) for entry in data["partners"]),
            )
        except OSError as error:
            raise IngestError(f"{path} cannot be read ({error.strerror}).") from None
        except (ValueError, KeyError, TypeError) as error:
            raise IngestError(f"{path} is damaged ({error}).") from None

    def write(self, folder: Path) -> None:
        """Writes the manifest into a generation's folder."""
        data = asdict(self) | {"format": FORMAT, "built_at": self.built_at.isoformat(timespec="seconds")}
        (folder / _FILE).write_text(json.dumps(data, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")

    @property
    def chunk_ids(self) -> tuple[str, ...]:
        """The ids of all Chunks in reading order."""
        return tuple(chunk for document in self.documents for chunk in document.chunks)
