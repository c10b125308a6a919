"""The only place that touches private or version-dependent parts of torch, each with the reason.

Importing this module does not import torch: a script that sets environment variables before it imports torch is
conducted in a process that has not imported it yet.
"""

from __future__ import annotations

import sys
from collections import deque
from itertools import islice
from typing import Any


def _loader_module() -> Any:
    return sys.modules.get("torch.utils.data.dataloader")


def _is_map_style(iterator: Any) -> bool:
    module = _loader_module()
    if module is None or not isinstance(iterator, module._BaseDataLoaderIter):
        return False
    return iterator._dataset_kind == module._DatasetKind.Map and hasattr(iterator, "_sampler_iter")


def loader_iterator_length(iterator: Any) -> int | None:
    """Batches of one pass of a ``DataLoader`` iterator over a map-style data set; None for anything else.

    ``len(loader)`` is public, but inside an ``enumerate`` only the loader's private iterator can be reached.
    """
    if not _is_map_style(iterator):
        return None
    try:
        return len(iterator)
    except TypeError:  # a sampler without a length
        return None


def skip_loader_batches(iterator: Any, count: int) -> bool:
    """Drop the next ``count`` batches of a ``DataLoader`` iterator, drawing their indices but reading no sample.

    Returns False, having done nothing, for anything but a map-style ``DataLoader`` iterator. There is no public way:
    the sampler's iterator is an attribute of the loader's. Batches that worker processes have already been asked for
    are received and dropped.
    """
    if not _is_map_style(iterator):
        return False
    ahead = getattr(iterator, "_send_idx", 0) - getattr(iterator, "_rcvd_idx", 0)
    indices_only = max(count - ahead, 0)
    deque(islice(iterator._sampler_iter, indices_only), maxlen=0)
    for _ in range(min(ahead, count)):
        next(iterator)
    return True
