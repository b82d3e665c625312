"""A real HTTP server on loopback that speaks the OpenAI wire protocol and says what a test has written for it."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

PIECE = 4
"""Characters of a piece of the stream: sentences come in many."""


@dataclass
class Script:
    """What the server does with the next requests; `asked` are the bodies of those that came.

    `reply` gives the text for a request's messages. `broken` is after how many characters the connection ends.
    """

    reply: Callable[[list[dict[str, str]]], str] = lambda _messages: "Yes."
    statuses: list[tuple[int, dict[str, str]]] = field(default_factory=list)
    delay: float = 0.0
    pause: float = 0.0
    broken: int | None = None
    malformed: bool = False
    endless: bool = False
    asked: list[dict[str, Any]] = field(default_factory=list)

    def says(self, text: str) -> None:
        self.reply = lambda _messages: text


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    script: Script

    def log_message(self, *_: object) -> None:
        pass

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["content-length"])))
        script = self.script
        script.asked.append(body)
        if script.statuses:
            status, headers = script.statuses.pop(0)
            if status != 200:
                self._fail(status, headers)
                return
        time.sleep(script.delay)
        self.send_response(200)
        self.send_header("content-type", "text/event-stream")
        self.send_header("connection", "close")
        self.end_headers()
        self.close_connection = True
        with suppress(OSError):  # the client may have had enough
            self._stream(script, body["messages"])

    def _stream(self, script: Script, messages: list[dict[str, str]]) -> None:
        if script.malformed:
            self.wfile.write(b"data: {this is no JSON}\n\n")
            return
        text = script.reply(messages)
        if script.endless:
            while True:
                self._event({"content": text + " "})
        for start in range(0, len(text), PIECE):
            if script.broken is not None and start >= script.broken:
                return
            time.sleep(script.pause)
            self._event({"content": text[start : start + PIECE]})
        self._event({}, finish="stop")
        self.wfile.write(b"data: [DONE]\n\n")

    def _event(self, delta: dict[str, str], finish: str | None = None) -> None:
        chunk = {
            "id": "1", "object": "chat.completion.chunk", "created": 0, "model": "scripted",
            "choices": [{"index": 0, "delta": {"role": "assistant", **delta}, "finish_reason": finish}],
        }  # fmt: skip
        self.wfile.write(f"data: {json.dumps(chunk)}\n\n".encode())
        self.wfile.flush()

    def _fail(self, status: int, headers: dict[str, str]) -> None:
        body = json.dumps({"error": {"message": "scripted", "type": "scripted", "code": None}}).encode()
        self.send_response(status)
        for name, value in {"content-type": "application/json", "content-length": str(len(body)), **headers}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)


@contextmanager
def scripted_server() -> Iterator[tuple[str, Script]]:
    """The address of a server (`/v1` included) and its script."""
    script = Script()
    handler = type("Handler", (_Handler,), {"script": script})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}/v1", script
    finally:
        server.shutdown()
        server.server_close()
