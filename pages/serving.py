"""Serving the page: its port, headers that keep the browser at home, and a clean end."""

from __future__ import annotations

import contextlib
import errno
import os
import socket
import sys
import webbrowser
from collections.abc import Callable

import uvicorn
from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

DEFAULT_PORT = 7860
TAKEN = errno.EADDRINUSE
_TRIED_PORTS = 100

# The page asks nothing of any other server, and the browser holds it to that. Gradio evaluates its templates,
# hence 'unsafe-eval'; everything of ours is escaped before it gets there.
_POLICY = "; ".join(
    [
        "default-src 'self'",
        "script-src 'self' 'unsafe-inline' 'unsafe-eval'",
        "style-src 'self' 'unsafe-inline'",
        "img-src 'self' data: blob:",
        "font-src 'self' data:",
        "connect-src 'self'",
        "object-src 'none'",
        "base-uri 'self'",
        "form-action 'self'",
        "frame-ancestors 'self'",
    ]
)
_HEADERS = {
    "Content-Security-Policy": _POLICY,
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}


class GuardHeaders:
    """ASGI middleware that adds the headers to every response; plain ASGI, so that streams stay streams."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def send_guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(_HEADERS)
            await send(message)

        await self._app(scope, receive, send_guarded)


def open_socket(host: str, port: int | None) -> socket.socket:
    """A listening socket on `port`, or on the first free one from 7860 on. OSError if none."""
    if port is not None:
        return _listen(host, port)
    for candidate in range(DEFAULT_PORT, DEFAULT_PORT + _TRIED_PORTS):
        try:
            return _listen(host, candidate)
        except OSError as error:
            if error.errno not in (errno.EADDRINUSE, errno.EACCES):
                raise
    raise OSError(errno.EADDRINUSE, f"no free port from {DEFAULT_PORT} to {DEFAULT_PORT + _TRIED_PORTS - 1}")


def _listen(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    return socket.create_server((host, port), family=family, backlog=128)


def address(host: str, port: int) -> str:
    """What to type into a browser on this machine."""
    shown = {"0.0.0.0": "127.0.0.1", "::": "::1", "": "127.0.0.1"}.get(host, host)  # noqa: S104 - compared, not bound
    return f"http://{f'[{shown}]' if ':' in shown else shown}:{port}"


def serve(app: ASGIApp, listening: socket.socket, *, on_ready: Callable[[], None]) -> None:
    """Serve until interrupted; `on_ready` is called once requests are answered."""

    class Server(uvicorn.Server):
        async def startup(self, sockets: list[socket.socket] | None = None) -> None:
            await super().startup(sockets)
            if self.started:
                on_ready()

    # Open pages hold a stream each, which would otherwise delay the end until they are closed.
    config = uvicorn.Config(GuardHeaders(app), log_level="warning", timeout_graceful_shutdown=2)
    with contextlib.suppress(KeyboardInterrupt):  # which is how a person ends it, and no error
        Server(config).run(sockets=[listening])


def open_browser(url: str) -> bool:
    """Open `url` where there is a screen to show it on."""
    headless = sys.platform.startswith("linux") and not (os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))
    return not headless and webbrowser.open(url)
