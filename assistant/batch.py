"""Questions as JSON lines: the form in which other programs talk to the assistant."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from assistant.errors import AssistantError
from ingest import IngestError

if TYPE_CHECKING:
    from assistant.assistant import Assistant


def answer_line(line: bytes, assistant: Assistant) -> dict[str, object]:
    """The answer contract for one line, or {"error": one line on what is wrong with it}."""
    try:
        return assistant.invoke(_request(line)).to_dict()
    except (AssistantError, IngestError) as error:
        return {"error": str(error)}


def _request(line: bytes) -> dict[str, object]:
    try:
        request = json.loads(line.decode("utf-8"))
    except UnicodeDecodeError as error:
        raise AssistantError(f"the line is not UTF-8 (byte {error.start}); save it as UTF-8") from None
    except json.JSONDecodeError as error:
        raise AssistantError(
            f'the line is not JSON ({error.msg} at column {error.colno}); expected {{"question": "..."}}'
        ) from None
    except ValueError as error:  # a number of more digits than Python reads
        raise AssistantError(f'the line cannot be read ({error}); expected {{"question": "..."}}') from None
    except RecursionError:
        raise AssistantError('the line is nested too deeply; expected {"question": "..."}') from None
    if not isinstance(request, dict):
        raise AssistantError(f'expected {{"question": "...", "history": [...]}}, got {str(request)[:60]!r}')
    return request


def answer_lines(lines: Iterable[bytes], assistant: Assistant) -> Iterator[dict[str, object]]:
    """One dictionary for each line, in order."""
    for line in lines:
        yield answer_line(line, assistant)
