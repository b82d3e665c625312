"""The pages of the assistant, one file per concern. Only these files and `ui.py` know Gradio."""
