"""The chat page as a web application: Gradio inside FastAPI, with our looks and none of Gradio's extras."""

from __future__ import annotations

from pathlib import Path

import gradio as gr
from fastapi import FastAPI

from pages.chat import Chat, build_page
from pages.feedback import Feedback
from pages.opening import OpeningAssistant

HERE = Path(__file__).parent


def build_application(opening: OpeningAssistant, *, feedback: Path) -> FastAPI:
    """Raises OSError where Gradio's own folder for files cannot be written."""
    page = build_page(Chat(opening, Feedback(feedback)))
    # Fonts of the reader's own system: a named web font would be fetched from another server.
    theme = gr.themes.Base(font=["system-ui", "sans-serif"], font_mono=["ui-monospace", "monospace"])
    application = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)
    gr.mount_gradio_app(
        application,
        page,
        path="/",
        theme=theme,
        head=f"<style>{(HERE / 'chat.css').read_text(encoding='utf-8')}</style>",
        footer_links=[],
        run_history=False,
        show_error=False,
        enable_monitoring=False,
        ssr_mode=False,
        pwa=False,
        mcp_server=False,
        max_file_size=1,  # byte: nobody uploads anything here, though Gradio's route for it is always there
    )
    return application
