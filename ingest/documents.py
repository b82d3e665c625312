"""A file becomes a Document."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path, PurePosixPath
from types import MappingProxyType
from typing import Any

from langchain_core.documents import Document

from ingest.blocks import Block
from ingest.decoding import decode
from ingest.errors import IngestError
from ingest.markdown import markdown_blocks
from ingest.page import read_page
from ingest.plain import plain_blocks
from ingest.registry import FrontMatter, front_matter_end, read_front_matter
from ingest.sources import SourceFile, find_sources, one_line

_MARKDOWN = frozenset((".md", ".markdown"))
_HTML = frozenset((".html", ".htm"))


def load_documents(paths: Sequence[Path]) -> list[Document]:
    """The Documents of all files under `paths`, sorted by source; files without any text are left out.

    Metadata: source, title, url, as_of, origin (where the facts came from), partner, front_matter,
    digest (SHA-256 of the file's bytes).
    Raises one IngestError that names the files that cannot be used, and one when there is no text at all.
    """
    return read_documents(find_sources(paths))


def read_documents(
    files: Sequence[SourceFile], *, progress: Callable[[int, int], None] | None = None
) -> list[Document]:
    """As `load_documents`, for files already found."""
    documents: list[Document] = []
    failures: list[IngestError] = []
    for number, file in enumerate(files, start=1):
        try:
            documents.append(read_document(file))
        except IngestError as failure:
            failures.append(failure)
        if progress is not None:
            progress(number, len(files))
    if failures:
        raise one_line(failures)
    documents = [document for document in documents if document.page_content.strip()]
    if not documents:
        others = " and the other files" if files[1:] else ""
        raise IngestError(f"There is no text in {files[0].path}{others}; write some.")
    return documents


def read_document(file: SourceFile) -> Document:
    """The Document of one file, perhaps without text. Raises IngestError when the file cannot be used."""
    data = file.read()
    document = _READERS[file.path.suffix.lower()](file, data)
    document.metadata["digest"] = hashlib.sha256(data).hexdigest()
    return document


def blocks_of(document: Document) -> tuple[Block, ...]:
    """The blocks of a Document, read by the rules of the format that its source's suffix names."""
    text = document.page_content
    suffix = PurePosixPath(str(document.metadata.get("source", ""))).suffix.lower()
    if suffix in _MARKDOWN:
        return markdown_blocks(text, begin=front_matter_end(text))
    return markdown_blocks(text) if suffix in _HTML else plain_blocks(text)


def _markdown(file: SourceFile, data: bytes) -> Document:
    text = decode(data, name=str(file.path))
    front = read_front_matter(text, name=str(file.path))
    blocks = markdown_blocks(text, begin=front_matter_end(text))
    first = next((block.name for block in blocks if block.kind == "heading" and block.level == 1), "")
    return _document(text, file=file, title=front.title or first, front=front)


def _plain(file: SourceFile, data: bytes) -> Document:
    text = decode(data, name=str(file.path))
    blocks = plain_blocks(text)
    title = blocks[0].name if blocks and blocks[0].kind == "heading" and blocks[0].level == 1 else ""
    return _document(text, file=file, title=title, front=FrontMatter())


def _html(file: SourceFile, data: bytes) -> Document:
    page = read_page(decode(data, name=str(file.path), html=True), name=str(file.path))
    front = FrontMatter(url=page.url, as_of=page.as_of)
    return _document(page.text, file=file, title=page.title, front=front)


_READERS: Mapping[str, Callable[[SourceFile, bytes], Document]] = MappingProxyType(
    {".md": _markdown, ".markdown": _markdown, ".txt": _plain, ".html": _html, ".htm": _html}
)


def _document(
    text: str,
    *,
    file: SourceFile,
    title: str,
    front: FrontMatter,
) -> Document:
    metadata: dict[str, Any] = {
        "source": file.source,
        "title": title or _from_name(file.source),
        "url": front.url,
        "as_of": front.as_of,
        "origin": front.origin,
        "partner": front.partner,
        "front_matter": asdict(front),
    }
    return Document(page_content=text, metadata=metadata)


def _from_name(source: str) -> str:
    words = re.sub(r"[-_\s]+", " ", PurePosixPath(source).stem).strip()
    return words[:1].upper() + words[1:]
