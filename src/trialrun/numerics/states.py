"""``trialrun.save_state`` and ``load_state``: all that a training needs to go on as if it had never stopped."""

from __future__ import annotations

import os
import pickle
import warnings
from pathlib import Path
from typing import Any

import torch

from trialrun.errors import UsageError
from trialrun.experiments import randomness
from trialrun.numerics.plain_values import global_states, original, plain, put_global_states

SCHEMA_VERSION = 1
MOST_NAMED = 4  # tensors of a model, in a message
_GLOBAL = "random"  # where the global generators' states stand in the file


def save_state(path: str | os.PathLike[str], **pieces: Any) -> dict[str, str]:
    """Write ``pieces`` and the global random generators to ``path``, whole or not at all.

    ::

        trialrun.save_state("last.pt", model=model, optimizer=optimizer, loader=batches, epoch=epoch)

    A piece is anything with ``state_dict()`` and ``load_state_dict()`` (a model with its non-persistent buffers too, an
    optimizer, a scheduler, a gradient scaler, a :class:`trialrun.ResumableLoader` with its position), a random
    generator of torch, NumPy or Python, a list, tuple or dict of such pieces, or a plain value: a number, a string, a
    tensor, an array, lists and dicts of these. Saved without being asked: where the global generators of torch (host
    and every CUDA device), NumPy and Python stand. The file is written beside ``path``, flushed to the disk and put
    in its place: a process killed meanwhile leaves the one before.

    Returns what it holds: a few words by name.

    Raises:
        UsageError: a piece has no position that could be read (a ``DataLoader``), or cannot be pickled.
    """
    target = Path(path)
    held = {name: _saved(piece, name) for name, piece in pieces.items()}
    content = {"trialrun_state": SCHEMA_VERSION, "pieces": held, _GLOBAL: plain(global_states())}
    beside = target.with_name(f"{target.name}.{os.getpid()}.tmp")
    try:
        with open(beside, "wb") as file:
            torch.save(content, file)
            file.flush()
            os.fsync(file.fileno())
        os.replace(beside, target)
    except (pickle.PicklingError, AttributeError, TypeError) as error:  # pickle raises all three
        raise UsageError(f"{target}: a piece cannot be pickled: {error}. Nothing was written.") from error
    finally:
        beside.unlink(missing_ok=True)
    _flush_folder(target.parent)
    return _contents(content)


def load_state(path: str | os.PathLike[str], *, weights_only: bool = True, **pieces: Any) -> dict[str, Any]:
    """Put ``pieces`` and the global random generators where they stood when ``path`` was saved.

    ::

        saved = trialrun.load_state("last.pt", model=model, optimizer=optimizer, loader=batches, epoch=0)
        first_epoch = saved["epoch"]

    Call it after everything has been made and moved to its device. Plain values cannot be changed in place: they are
    in what is returned, by name, all those of the file. ``weights_only=False`` unpickles any object, as ``torch.load``
    does: for files that you trust.

    Raises:
        UsageError: there is no such file, it is none of ``save_state``'s or damaged, or it lacks a piece, or holds
            another kind of thing by its name. Nothing has been changed then.
    """
    content = _read(Path(path), weights_only)
    saved = content["pieces"]
    holds = ", ".join(f"{name} ({words})" for name, words in _contents(content).items())
    for name, piece in pieces.items():
        if name not in saved:
            raise UsageError(f"{path} holds no {name!r}. It holds: {holds}. Save it with save_state(..., {name}=...).")
        fault = _mismatch(piece, saved[name], name)
        if fault:
            raise UsageError(f"{path}: {fault}. It holds: {holds}.")
    left = [name for name, entry in saved.items() if name not in pieces and not _is_value(entry)]
    if left:
        told = f"{path} also holds {', '.join(left)}, not asked for: a training resumed without goes on differently."
        warnings.warn(told, stacklevel=2)
    for name, piece in pieces.items():
        _put(piece, saved[name])
    put_global_states(original(content[_GLOBAL]))
    return {name: original(entry["value"]) for name, entry in saved.items() if _is_value(entry)}


def _read(path: Path, weights_only: bool) -> dict[str, Any]:
    if not path.is_file():
        raise UsageError(f"{path}: there is no such file.")
    try:
        content = torch.load(path, map_location="cpu", weights_only=weights_only)
    except pickle.UnpicklingError as error:
        raise UsageError(
            f"{path} holds objects that are more than tensors and plain values: {str(error).splitlines()[0]} Where you"
            " trust the file: load_state(..., weights_only=False)."
        ) from error
    except (RuntimeError, EOFError, OSError, ValueError) as error:
        raise UsageError(f"{path} cannot be read: {str(error).splitlines()[0]}") from error
    if not isinstance(content, dict) or content.get("trialrun_state") != SCHEMA_VERSION:
        raise UsageError(f"{path} was not written by trialrun.save_state (version {SCHEMA_VERSION}).")
    return content


def _kind(piece: Any) -> str:
    if callable(getattr(piece, "state_dict", None)) and callable(getattr(piece, "load_state_dict", None)):
        return "state"
    if randomness.is_generator(piece):
        return "generator"
    if isinstance(piece, (list, tuple)) and any(_kind(item) != "value" for item in piece):
        return "list"
    if isinstance(piece, dict) and any(_kind(item) != "value" for item in piece.values()):
        return "dict"
    return "value"


def _saved(piece: Any, name: str) -> dict[str, Any]:
    kind = _kind(piece)
    entry: dict[str, Any] = {"kind": kind, "class": type(piece).__name__}
    if kind == "state":
        entry["state"] = plain(piece.state_dict())
        if isinstance(piece, torch.nn.Module):
            entry["buffers"] = _unsaved_buffers(piece)
    elif kind == "generator":
        entry["state"] = plain(randomness.state_of(piece)[1])
    elif kind in ("list", "dict"):
        entry["items"] = {str(key): _saved(item, f"{name}[{key!r}]") for key, item in _items(piece)}
    elif isinstance(piece, torch.utils.data.DataLoader):
        raise UsageError(
            f"{name}: a DataLoader does not tell how far it is. Iterate over trialrun.ResumableLoader(loader), and save"
            " that."
        )
    elif hasattr(piece, "__next__"):
        raise UsageError(f"{name}: a {type(piece).__name__} is an iterator, whose position cannot be saved.")
    else:
        entry["value"] = plain(piece)
    return entry


def _mismatch(piece: Any, entry: dict[str, Any], name: str) -> str:
    """Why ``entry`` of a file cannot be put into ``piece``; "" if it can."""
    kind, saved = _kind(piece), entry["kind"]
    if saved == "value":  # handed out, not put anywhere
        return "" if kind == "value" else f"{name} was saved as a plain {entry['class']}, not a {type(piece).__name__}"
    model = isinstance(piece, torch.nn.Module) and "buffers" in entry  # under a wrapper or not: its keys will tell
    if kind != saved or (not model and kind != "list" and type(piece).__name__ != entry["class"]):
        return f"{name} was saved from a {entry['class']}, this is a {type(piece).__name__}"
    if kind in ("list", "dict"):
        keys = {str(key) for key, _ in _items(piece)}
        if keys != entry["items"].keys():
            return f"{name} was saved with the items {', '.join(entry['items'])}, this has {', '.join(sorted(keys))}"
        faults = (_mismatch(item, entry["items"][str(key)], f"{name}[{key!r}]") for key, item in _items(piece))
        return next(filter(None, faults), "")
    if model:
        own, held = _shapes(piece.state_dict(keep_vars=True)), _shapes(entry["state"])
        if own != held:
            lacks, more = _some(own - held), _some(held - own)
            return f"{name} has other tensors than the one saved: not in the file {lacks}, only in the file {more}"
        if _shapes(_unsaved_buffers(piece)) != _shapes(entry["buffers"]):
            return f"{name} has other non-persistent buffers than the one saved: {', '.join(entry['buffers'])}"
    return ""


def _shapes(tensors: dict[str, Any]) -> set[str]:
    """The names, each with its tensor's shape."""
    return {f"{name} {tuple(getattr(tensor, 'shape', ()))}" for name, tensor in tensors.items()}


def _some(names: set[str]) -> str:
    shown = sorted(names)[:MOST_NAMED]
    more = f" and {len(names) - len(shown)} more" if len(names) > len(shown) else ""
    return ", ".join(shown) + more if names else "none"


def _put(piece: Any, entry: dict[str, Any]) -> None:
    kind = entry["kind"]
    if kind == "state":
        piece.load_state_dict(original(entry["state"]))
        with torch.no_grad():
            for name, buffer in entry.get("buffers", {}).items():
                piece.get_buffer(name).copy_(buffer)
    elif kind == "generator":
        randomness.state_of(piece)[0](original(entry["state"]))
    elif kind in ("list", "dict"):
        for key, item in _items(piece):
            _put(item, entry["items"][str(key)])


def _unsaved_buffers(module: torch.nn.Module) -> dict[str, torch.Tensor]:
    """The buffers that its ``state_dict`` leaves out: registered with ``persistent=False``."""
    saved = module.state_dict(keep_vars=True)
    return {name: buffer.detach().clone() for name, buffer in module.named_buffers() if name not in saved}


def _items(piece: Any) -> list[tuple[Any, Any]]:
    return list(piece.items()) if isinstance(piece, dict) else list(enumerate(piece))


def _is_value(entry: dict[str, Any]) -> bool:
    return bool(entry["kind"] == "value")


def _contents(content: dict[str, Any]) -> dict[str, str]:
    told = {name: entry["class"] for name, entry in content["pieces"].items()}
    return {**told, "random generators": ", ".join(content[_GLOBAL])}


def _flush_folder(folder: Path) -> None:
    """A rename is on the disk once its folder is."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
