"""Inputs and targets of one pass, copied to the host for simple methods and for finding samples again."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import torch

from trialrun.capture.readings import readable
from trialrun.evidence.subset import Overlap

MAX_ROWS = 4000  # kept for simple methods
MAX_COLUMNS = 4096  # of a row; above, neighbouring elements are averaged
MAX_BYTES = 64 * 2**20
MAX_PRINTS = 200_000  # samples whose content is remembered
MAX_PRINTED_BYTES = 2**16  # of a sample; above, elements at a regular stride stand for all
MAX_TARGETS = 32  # numbers that a target may have for simple methods to predict
FIRST = 8  # positions named of samples that were found again


@dataclass
class Samples:
    """Samples of one part of the data, in the order in which they came."""

    prints: list[bytes] = field(default_factory=list)
    repeats: int = 0  # batches that had come before, as a whole: all the data in each update, or a cycle of batches
    _inputs: list[torch.Tensor] = field(default_factory=list)
    _targets: list[torch.Tensor] = field(default_factory=list)
    rows: int = 0
    _bytes: int = 0
    _batches: set[bytes] = field(default_factory=set)
    usable: bool = True  # for simple methods: rows of one width, targets of one kind

    def add(self, inputs: Sequence[torch.Tensor], target: torch.Tensor, answers: torch.Tensor | None) -> None:
        """One batch: ``inputs`` (N, ...) each, ``target`` (N, ...). Call inside ``_torch.reading()``.

        ``answers``: the target as simple methods are to predict it, (N, ...); None: they are not.
        """
        rows = target.shape[0]
        if len(self.prints) < MAX_PRINTS:
            prints = prints_of([*inputs, target])
            whole = b"".join(prints)
            if whole in self._batches:
                self.repeats += 1
                return
            self._batches.add(whole)
            self.prints.extend(prints)
        self.usable = self.usable and answers is not None
        if answers is None or not self.usable or self.rows >= MAX_ROWS or self._bytes >= MAX_BYTES:
            return
        features = torch.cat([_features(tensor) for tensor in inputs], 1)[: MAX_ROWS - self.rows]
        answers = answers.detach().reshape(rows, -1)[: MAX_ROWS - self.rows].to("cpu", copy=True)
        alike = not self._inputs or self._inputs[0].shape[1] == features.shape[1]
        alike = alike and (not self._targets or self._targets[0].shape[1] == answers.shape[1])
        if not alike or answers.shape[1] > MAX_TARGETS or not bool(torch.isfinite(features).all()):
            self.usable = False
            self._inputs.clear()
            self._targets.clear()
            return
        self._inputs.append(features)
        self._targets.append(answers)
        self.rows += len(features)
        self._bytes += features.nbytes

    @property
    def is_one_batch(self) -> bool:
        """Whether the same batch came again and again."""
        return self.repeats > 0 and len(self._batches) == 1

    def arrays(self) -> tuple[Any, Any] | None:
        """Inputs (N, columns) and targets (N, numbers) as NumPy arrays; None where there are none."""
        if not self.usable or not self.rows:
            return None
        return torch.cat(self._inputs).numpy(), torch.cat(self._targets).to(torch.float64).numpy()


def overlap(training: Samples, evaluation: Samples) -> Overlap | None:
    """Which samples of ``evaluation`` have the content of one in ``training``; None where nothing was evaluated."""
    if not evaluation.prints or not training.prints:
        return None
    known = Counter(training.prints)
    found = [position for position, value in enumerate(evaluation.prints) if value in known]
    return Overlap(
        samples=len(found),
        evaluated=len(evaluation.prints),
        unique=len(set(evaluation.prints)),
        duplicated_in_training=sum(count for count in known.values() if count > 1),
        first=tuple(found[:FIRST]),
    )


def fits(tensor: torch.Tensor, rows: int) -> bool:
    """Whether ``tensor`` is a batch of ``rows`` samples whose values can be read."""
    return readable(tensor) and tensor.ndim > 0 and tensor.shape[0] == rows and tensor.layout == torch.strided


def _features(tensor: torch.Tensor) -> torch.Tensor:
    """(N, at most MAX_COLUMNS) of float32 on the host, a copy."""
    flat = tensor.detach().reshape(tensor.shape[0], -1)
    if flat.is_complex():
        flat = torch.view_as_real(flat).reshape(tensor.shape[0], -1)
    flat = flat.to("cpu", torch.float32, copy=True)
    if flat.shape[1] > MAX_COLUMNS:
        flat = torch.nn.functional.adaptive_avg_pool1d(flat[:, None], MAX_COLUMNS)[:, 0]
    return flat


def prints_of(tensors: Sequence[torch.Tensor]) -> list[bytes]:
    """Eight bytes for each row, equal for equal content."""
    parts = []
    for tensor in tensors:
        flat = tensor.detach().reshape(tensor.shape[0], -1)
        stride = 1 + flat.shape[1] * flat.element_size() // MAX_PRINTED_BYTES
        parts.append(flat[:, ::stride].contiguous().to("cpu").view(torch.uint8).numpy())
    return [
        hashlib.blake2b(b"|".join(part[row].tobytes() for part in parts), digest_size=8).digest()
        for row in range(tensors[0].shape[0])
    ]
