"""Why a compiler or an exporter does not take a model, in one sentence."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

from trialrun.numerics.subject import UnsupportedError

_MOST_CHARACTERS = 300
_NO_REASON = ("For more information", "Suggested fixes", "Set TORCH", "You can suppress", "import torch._dynamo", "- ")


@contextlib.contextmanager
def tool(name: str) -> Iterator[None]:
    """Whatever is raised within is told as what ``name`` (torch.export, ...) says of the model.

    Raises UnsupportedError in its place.
    """
    try:
        yield
    except UnsupportedError:
        raise
    except Exception as error:
        raise UnsupportedError(f"{name}: {reason(error)}") from error


def reason(error: BaseException) -> str:
    """The first two lines of its message that say why, with its class."""
    lines = [line.strip() for line in str(error).splitlines()]
    if "Constraints violated (batch)" in str(error):
        return f"it holds for some batch sizes only{_suggested(lines)}"
    telling = [line for line in lines if line and not line.startswith(_NO_REASON)] or [line for line in lines if line]
    cut = [line.partition(" For more information")[0].rstrip(":") for line in telling[:2]]
    text = "; ".join(cut) or "no message"
    return f"{type(error).__name__}: {text[:_MOST_CHARACTERS]}{'...' if len(text) > _MOST_CHARACTERS else ''}"


def _suggested(lines: list[str]) -> str:
    """What torch.export would make of the batch's axis, and what in a forward does so."""
    made = next((line for line in lines if line.startswith("batch = ")), "")
    if "Dim(" in made:
        return f" ({made}): the forward asks how many samples there are"
    return f" ({made}): len(x) makes a constant of the batch's size, x.shape[0] does not" if made else ""
