"""Front matter: what the head of a Markdown file says about it, and the partner registry made of that."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any, Self

import yaml

from ingest.errors import IngestError

_TEXTS = ("title", "partner", "kind", "url", "source")
_LISTS = ("aliases", "places", "subjects")
_KNOWN = frozenset((*_TEXTS, *_LISTS, "since", "as_of"))
_FENCE = re.compile(r"(?:---|\.\.\.)[ \t]*$")
_KEY = re.compile(r"([A-Za-z_][\w -]*)[ \t]*:(?:[ \t]|$)")
_YEAR = re.compile(r"(1\d{3}|20\d{2})(?:-\d{2}(?:-\d{2})?)?")
_DATE = re.compile(r"\d{4}(?:-(?:0[1-9]|1[0-2])(?:-(?:0[1-9]|[12]\d|3[01]))?)?")


@dataclass(frozen=True, kw_only=True, slots=True)
class FrontMatter:
    """The known keys of a file's front matter; empty for a file without."""

    title: str = ""
    partner: str = ""
    aliases: tuple[str, ...] = ()
    kind: str = ""
    since: int | None = None
    places: tuple[str, ...] = ()
    subjects: tuple[str, ...] = ()
    url: str = ""
    as_of: str = ""
    origin: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Partner:
    """An entry of the partner registry. `since` is a year; `as_of` a date, as YYYY, YYYY-MM or YYYY-MM-DD."""

    name: str
    title: str
    aliases: tuple[str, ...]
    kind: str
    since: int | None
    places: tuple[str, ...]
    subjects: tuple[str, ...]
    url: str
    as_of: str
    source: str

    @classmethod
    def from_metadata(cls, metadata: dict[str, Any]) -> Self | None:
        """The entry a Document's metadata describes, or None when its front matter names no partner."""
        front = metadata.get("front_matter") or {}
        if not front.get("partner"):
            return None
        return cls(
            name=front["partner"],
            title=metadata["title"],
            aliases=tuple(front["aliases"]),
            kind=front["kind"],
            since=front["since"],
            places=tuple(front["places"]),
            subjects=tuple(front["subjects"]),
            url=metadata["url"],
            as_of=metadata["as_of"],
            source=metadata["source"],
        )

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> Self:
        """The inverse of `to_dict`."""
        lists = {key: tuple(data[key]) for key in _LISTS}
        return cls(**(data | lists))

    def to_dict(self) -> dict[str, Any]:
        """Plain values, as JSON keeps them."""
        return asdict(self)


def front_matter_end(text: str) -> int:
    """Where the text proper begins: the offset after the closing line of the front matter, else 0."""
    lines = text.split("\n")
    if not _FENCE.match(lines[0]) or not lines[0].startswith("-"):
        return 0
    first = next((line for line in lines[1:] if line.strip() and not line.startswith("#")), "")
    if not _KEY.match(first) and not _FENCE.match(first):
        return 0  # a horizontal rule, with prose after it
    offset = len(lines[0]) + 1
    for line in lines[1:]:
        offset += len(line) + 1
        if _FENCE.match(line):
            return min(offset, len(text))
    return 0


def read_front_matter(text: str, *, name: str) -> FrontMatter:
    """The front matter of a Markdown text; keys that are not known are left alone.

    Raises IngestError as `NAME:LINE: ...` for YAML that cannot be read, front matter that is never closed,
    and a known key with a value of the wrong type.
    """
    end = front_matter_end(text)
    if end == 0:
        second = text.split("\n", 2)[1:2]
        key = _KEY.match(second[0]) if text.startswith("---\n") and second else None
        if key and key.group(1).strip() in _KNOWN:
            raise IngestError(f"{name}:1: the front matter is never closed; end it with a line of ---.")
        return FrontMatter()
    # The first line is blanked so that YAML counts lines as the file does.
    body = text[:end].rstrip("\n")
    body = "\n" + body.split("\n", 1)[1].rpartition("\n")[0] if "\n" in body else ""
    try:
        root = yaml.compose(body, Loader=yaml.SafeLoader)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        colon = "mapping values" in str(error.problem)
        hint = "put quotes around a value that holds ': '" if colon else "correct it"
        raise IngestError(f"{name}:{line}: this is not valid YAML ({error.problem}); {hint}.") from None
    except (yaml.YAMLError, RecursionError) as error:
        raise IngestError(f"{name}:1: the front matter is not valid YAML ({error}); correct it.") from None
    if root is None:
        return FrontMatter()
    if not isinstance(root, yaml.MappingNode):
        raise IngestError(f"{name}:2: the front matter is not a list of 'key: value' lines; write it so.")
    return FrontMatter(**_values(root, name=name))


def _values(root: yaml.MappingNode, *, name: str) -> dict[str, Any]:
    values: dict[str, Any] = {}
    seen: set[str] = set()
    for key_node, node in root.value:
        key = str(key_node.value)
        if key not in _KNOWN:
            continue
        at = f"{name}:{key_node.start_mark.line + 1}"
        if key in seen:
            raise IngestError(f"{at}: {key!r} is given twice; keep one.")
        seen.add(key)
        if isinstance(node, yaml.ScalarNode) and node.tag == "tag:yaml.org,2002:null":
            continue
        if key in _LISTS:
            values[key] = _texts(node, key=key, at=at)
        elif key == "since":
            values[key] = _year(node, at=at)
        else:
            value = _text(node, key=key, at=at)
            if key == "as_of" and not _DATE.fullmatch(value):
                raise IngestError(f"{at}: as_of is {value!r}; expected a date such as 2024-05-31 or 2024.")
            values["origin" if key == "source" else key] = value
    return values


def _text(node: yaml.Node, *, key: str, at: str) -> str:
    # The node's own spelling is used, so that NO, 007 and 2024-05-31 stay what the author typed.
    if not isinstance(node, yaml.ScalarNode):
        raise IngestError(f"{at}: {key} is {_kind(node)}; expected one line of text.")
    return " ".join(node.value.split())


def _texts(node: yaml.Node, *, key: str, at: str) -> tuple[str, ...]:
    if isinstance(node, yaml.ScalarNode):
        return tuple(filter(None, [_text(node, key=key, at=at)]))
    if not isinstance(node, yaml.SequenceNode):
        raise IngestError(f"{at}: {key} is {_kind(node)}; expected a list such as [first, second].")
    for item in node.value:
        if not isinstance(item, yaml.ScalarNode):
            place = f"{at.rpartition(':')[0]}:{item.start_mark.line + 1}"
            raise IngestError(f"{place}: {key} holds {_kind(item)}; expected only texts.")
    return tuple(filter(None, (_text(item, key=key, at=at) for item in node.value)))


def _year(node: yaml.Node, *, at: str) -> int:
    year = _YEAR.fullmatch(node.value) if isinstance(node, yaml.ScalarNode) else None
    if year is None:
        value = repr(node.value) if isinstance(node, yaml.ScalarNode) else _kind(node)
        raise IngestError(f"{at}: since is {value}; expected a year such as 2017.")
    return int(year.group(1))


def _kind(node: yaml.Node) -> str:
    if isinstance(node, yaml.SequenceNode):
        return "a list"
    return "a mapping" if isinstance(node, yaml.MappingNode) else "a text"


def require_distinct(partners: Sequence[Partner]) -> None:
    """Raises IngestError when two partners share a name or alias: a question could not tell them apart."""
    owners: dict[str, Partner] = {}
    for partner in partners:
        for spelling in (partner.name, *partner.aliases):
            other = owners.setdefault(spelling.casefold(), partner)
            if other is not partner:
                raise IngestError(
                    f"{partner.source}: {spelling!r} already names {other.name!r} of {other.source}; "
                    "leave it out of the aliases of one of them."
                )
