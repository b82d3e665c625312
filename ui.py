"""The chat page: `python ui.py`, then open the address that it prints."""

from __future__ import annotations

import argparse
import logging
import os
import sys
from pathlib import Path

from pydantic import ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

HERE = Path(__file__).resolve().parent

# Nothing on this page calls home. Gradio and the Hub client read these while they are imported.
os.environ.update(GRADIO_ANALYTICS_ENABLED="False", HF_HUB_DISABLE_TELEMETRY="1", DO_NOT_TRACK="1")


class Settings(BaseSettings):
    """What the page itself reads from the environment and from `.env`; the assistant reads its own."""

    model_config = SettingsConfigDict(
        env_prefix="ASSISTANT_", env_file=(HERE / ".env", ".env"), env_ignore_empty=True, extra="ignore"
    )

    index: Path = HERE / ".index"
    feedback: Path = HERE / "feedback" / "feedback.jsonl"


def main(arguments: list[str] | None = None) -> int:
    """Serve the page until interrupted; 2 with one line on standard error if it cannot be served as asked."""
    options = _parse(arguments)
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(name)s: %(message)s")
    try:
        settings = Settings()
    except ValidationError as error:
        return _refuse(f"a setting is wrong: {error.errors()[0]['loc'][0]}: {error.errors()[0]['msg']}")
    index: Path = options.index or settings.index
    # Only the default index is built when it is missing; one that was asked for by name ought to be there.
    if not index.is_dir() and (options.index or index != HERE / ".index"):
        return _refuse(f"there is no index in {index}; build it with: python -m ingest build --index {index}")

    from pages import serving

    try:
        listening = serving.open_socket(options.host, options.port)
    except OSError as error:
        port = serving.DEFAULT_PORT if options.port is None else options.port
        reason = (error.strerror or str(error)).partition(" (while")[0]
        if error.errno == serving.TAKEN:
            return _refuse(f"port {port} is taken; choose another with --port, or none to have one chosen")
        return _refuse(f"cannot serve on {options.host} port {port}: {reason}; see --host and --port")
    url = serving.address(options.host, listening.getsockname()[1])
    if options.port is None and listening.getsockname()[1] != serving.DEFAULT_PORT:
        _say(f"Port {serving.DEFAULT_PORT} is taken, so this is another one.")

    from pages.application import build_application
    from pages.opening import OpeningAssistant

    opening = OpeningAssistant(options.index)
    try:
        application = build_application(opening, feedback=settings.feedback)
    except OSError as error:
        return _refuse(f"Gradio cannot write its files: {error}; set GRADIO_TEMP_DIR to a folder that can be written")

    def on_ready() -> None:
        # Only now: importing torch would slow down the import of Gradio, and so the first page.
        opening.start()
        print(f"Open {url}", flush=True)
        if options.open and not serving.open_browser(url):
            _say("No browser could be opened here.")

    serving.serve(application, listening, on_ready=on_ready)
    return 0


def _parse(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python ui.py", description="Serve the chat page on this machine.")
    parser.add_argument("--host", default="127.0.0.1", help="the address to listen on (default: %(default)s)")
    parser.add_argument("--port", type=_port, help="the port (default: the first free one from 7860 on)")
    parser.add_argument(
        "--index", type=Path, metavar="DIR", help="the index to answer from (default: ASSISTANT_INDEX, else ours)"
    )
    parser.add_argument("--open", action="store_true", help="open the page in a browser, where there is a screen")
    return parser.parse_args(arguments)


def _port(text: str) -> int:
    if not text.isascii() or not text.isdigit() or int(text) > 65535:
        raise argparse.ArgumentTypeError(f"a port is a number from 0 (any free one) to 65535, got {text!r}")
    return int(text)


def _say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


def _refuse(line: str) -> int:
    _say(line)
    return 2


if __name__ == "__main__":
    sys.exit(main())
