"""Providers of chat models: what they need, what their exceptions mean, and when to try again."""

from __future__ import annotations

import math
import os
import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from langchain_core.language_models import BaseChatModel

from assistant.errors import AssistantError
from assistant.settings import AssistantSettings

_FIRST_WAIT = 0.5
"""Seconds before the second attempt; twice as long before the third."""
_LONGEST_WAIT = 60.0
"""Seconds after which a client gives up on a silent server, whose connection nobody has waited for any more."""
_SETTINGS: Mapping[str, Mapping[str, str]] = MappingProxyType(
    {
        "openai": {"address": "base_url", "tokens": "max_tokens"},
        "anthropic": {"address": "base_url", "tokens": "max_tokens"},
        "mistralai": {"address": "endpoint", "tokens": "max_tokens"},
        "ollama": {"address": "base_url", "tokens": "num_predict"},
    }
)
"""What providers call the server's address and the longest answer."""
_RETRYING = frozenset({"openai", "anthropic", "mistralai"})
"""Providers whose clients try again by themselves, unless told otherwise: how often and how long is ours to say."""
_EXTRAS = frozenset({"openai", "ollama", "anthropic", "mistralai"})


def initialised(name: str, settings: AssistantSettings) -> BaseChatModel:
    """The model `provider:model`, not yet asked anything. Raises AssistantError saying what to do."""
    from langchain.chat_models import init_chat_model

    provider, _, model = name.partition(":")
    provider = provider.replace("-", "_").lower()
    if not provider or not model:
        raise AssistantError(f"ASSISTANT_CHAT_MODEL is {name!r}; give it as provider:model, such as ollama:llama3.2")
    keys = _SETTINGS.get(provider, _SETTINGS["openai"])
    options: dict[str, Any] = {"temperature": 0, keys["tokens"]: settings.chat_tokens}
    if re.match(r"o\d", model):
        del options["temperature"]  # models that reason refuse it
    if settings.chat_base_url:
        options[keys["address"]] = settings.chat_base_url
    longest = max(settings.chat_patience, _LONGEST_WAIT)
    if provider in _RETRYING:
        options |= {"max_retries": 0, "timeout": longest}
    if provider == "ollama":
        options |= {"num_ctx": settings.chat_window, "client_kwargs": {"timeout": longest}}
    if provider == "openai" and settings.chat_base_url and not os.environ.get("OPENAI_API_KEY"):
        options["api_key"] = "none"  # servers of one's own ask for none, the client insists on one
    try:
        opened: BaseChatModel = init_chat_model(model, model_provider=provider, **options)
    except ImportError as error:
        # The name of the package is not always that of the provider: langchain-aws has bedrock.
        named = re.search(r"pip install (?:-U )?[`'\"]?([\w-]+)", str(error))
        package = named[1] if named else f"langchain-{provider.replace('_', '-')}"
        what = f"'.[{provider}]'" if provider in _EXTRAS else package
        raise AssistantError(f"the chat model {name} needs {package}; install it with: pip install {what}") from None
    except Exception as error:  # noqa: BLE001  what a provider raises is not known
        said = " ".join(str(error).split())
        if "provider" in said.lower() and "support" in said.lower():
            raise AssistantError(
                f"there is no provider {provider!r} of chat models; ASSISTANT_CHAT_MODEL takes {', '.join(_SETTINGS)} "
                "and others that LangChain's init_chat_model knows"
            ) from None
        if re.search(r"api[_ ]?key|credential", said, re.IGNORECASE):
            variable = re.search(r"\b[A-Z][A-Z_]*_API_KEY\b", said)  # as the provider's own client calls it
            key = variable.group() if variable else f"{provider.upper()}_API_KEY"
            raise AssistantError(f"the chat model {name} needs a key; set {key}") from None
        raise AssistantError(f"the chat model {name} cannot be used: {said[:160]}") from None
    return opened


def tells_its_end(name: str) -> bool:
    """Whether the provider of the model says why it stopped, so that a stream without a reason broke off."""
    return name.partition(":")[0].replace("-", "_").lower() in _SETTINGS


def _status(error: BaseException) -> int | None:
    """The status of HTTP that the server replied with."""
    status = getattr(error, "status_code", None) or getattr(getattr(error, "response", None), "status_code", None)
    return status if isinstance(status, int) and 100 <= status < 600 else None


def _unreachable(error: BaseException) -> bool:
    names = " ".join(kind.__name__ for kind in type(error).__mro__)
    return isinstance(error, OSError) or bool(re.search(r"Connect|Timeout|Protocol|Network|ReadError", names))


def problem_with(error: Exception) -> str:
    """What is wrong, as the rest of a sentence on the model."""
    status = _status(error)
    if status in (401, 403):
        return "does not accept the key"
    if status == 404:
        return "is not known to its server"
    if status == 429:
        return "is asked too much at the moment"
    if status is not None:
        return f"failed (status {status})"
    if isinstance(error, ConnectionAbortedError):
        return "was cut off"
    if _unreachable(error):
        return "cannot be reached"
    return "said something that cannot be read"


def advice_for(error: BaseException) -> str | None:
    """What to do about an error that will not pass by itself; None for one that may."""
    status = _status(error)
    if status in (401, 403):
        return "correct the key in the provider's own variable"
    if status == 404:
        return "correct ASSISTANT_CHAT_MODEL, or load the model there"
    if status is None and _unreachable(error):
        return "start its server, correct ASSISTANT_CHAT_BASE_URL, or unset ASSISTANT_CHAT_MODEL"
    if status is not None and 400 <= status < 500 and status != 429:
        return "correct ASSISTANT_CHAT_MODEL or unset it"
    return None


def worth_waiting(error: Exception, attempt: int) -> float | None:
    """Seconds after which another attempt is worth it, None where it is not."""
    status = _status(error)
    backoff = _FIRST_WAIT * 2.0**attempt
    if status == 429:
        headers = getattr(getattr(error, "response", None), "headers", None) or {}
        try:
            asked = float(headers.get("retry-after", backoff))
        except ValueError:
            return backoff
        return max(asked, 0.0) if math.isfinite(asked) else backoff
    if (status is not None and status >= 500) or (status is None and _unreachable(error)):
        return backoff
    return None
