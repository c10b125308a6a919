"""What training reads through each ``DataLoader``: in which order, with which labels, in batches of which sizes."""

from __future__ import annotations

import functools
import itertools
import sys
import weakref
from collections import Counter, deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from types import FrameType
from typing import Any, ClassVar

import torch

from trialrun import _torch
from trialrun.capture.cards import named_tensors
from trialrun.capture.events import Backward, ModuleCall, Observer, Operation, Update
from trialrun.capture.names import LOSSES
from trialrun.capture.patches import Patches
from trialrun.capture.readings import readable
from trialrun.capture.watch import Watch
from trialrun.evidence.loading import LoaderRecord
from trialrun.evidence.place import Where

CLASSIFYING = frozenset({"cross_entropy", "nll_loss", "binary_cross_entropy", "binary_cross_entropy_with_logits"})
MAX_CLASSES = 256
MAX_BATCHES = 32  # whose labels are kept, of each loader
MAX_SAMPLES = 4096  # of a batch whose labels are looked at
MAX_PENDING = 64
FIRST = 4
SERIES_SHARE = 0.5  # of samples whose target the next sample's input holds: windows of one series


@dataclass(eq=False)
class _Loader:
    """One loader."""

    key: Callable[[], Any]
    number: int
    where: Where | None
    facts: _torch.LoaderFacts
    main: Where | None
    steps: int = 0
    labels: list[tuple[float, ...]] = field(default_factory=list)
    targets: list[tuple[float, ...]] = field(default_factory=list)
    own: bool = False  # a loss took other targets than the loader's: real or fake, a mixture, the future of a series
    norm: tuple[int, int, str, str] | None = None  # samples, values a channel, name, class

    def record(self) -> LoaderRecord:
        norm = self.norm or (0, 0, None, "")
        return LoaderRecord(
            number=self.number,
            where=self.where,
            samples=self.facts.samples,
            batch_size=self.facts.batch_size,
            drop_last=self.facts.drop_last,
            sequential=self.facts.sequential,
            workers=self.facts.workers,
            main=self.main,
            steps=self.steps,
            label_batches=tuple(
                {f"{k:g}": n for k, n in Counter(batch).items()} for batch in ([] if self.own else self.labels)
            ),
            targets_sorted=not self.own and _sorted(self.targets),
            target_samples=sum(map(len, self.targets)),
            norm_samples=norm[0],
            norm_values=norm[1],
            norm_module=norm[2],
            norm_cls=norm[3],
        )


@dataclass(eq=False)
class _Read:
    """One batch drawn from a loader."""

    loader: _Loader
    size: int
    where: Where | None
    columns: list[torch.Tensor]  # copies of what has one number a sample
    inputs: Callable[[], torch.Tensor | None]  # its first tensor of several numbers a sample
    targets: dict[int, tuple[str, tuple[float, ...]]] = field(default_factory=dict)  # of loss calls, by their number


class LoaderReads(Observer):
    """Writes a ``LoaderRecord`` for every loader that was iterated."""

    kinds: ClassVar[tuple[str, ...]] = ("loader",)
    operations = frozenset(LOSSES)

    def __init__(self, watch: Watch) -> None:
        self._watch = watch
        self._patches = Patches()
        self._of_iterator: weakref.WeakKeyDictionary[Any, _Loader] = weakref.WeakKeyDictionary()
        self._passes: weakref.WeakKeyDictionary[Any, int] = weakref.WeakKeyDictionary()  # iterators by their number
        self._serial = itertools.count(1)
        self._of_pass: dict[int, _Loader] = {}
        self.running = 0  # the pass that reads, or that starts its workers: they are forked with this number
        self._written: dict[int, LoaderRecord] = {}
        self._all: list[_Loader] = []
        self._pending: deque[_Read] = deque(maxlen=MAX_PENDING)  # since the last update
        self._calls = 0
        self._used: set[int] = set()  # loss calls that a backward used

    def attach(self) -> None:
        self._patches.replace(_torch.loader_iterator(), "__init__", self._wrap_init)
        self._patches.replace(_torch.loader_iterator(), "__next__", self._wrap)

    def detach(self) -> None:
        self._patches.undo()

    def number_of(self, running: int) -> int | None:
        """The loader whose pass had this number, where it has trained a model."""
        loader = self._of_pass.get(running)
        return loader.number if loader is not None and loader.steps else None

    def _wrap_init(self, original: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(original)
        def begin(iterator: Any, *args: Any, **kwargs: Any) -> None:
            original(iterator, *args, **kwargs)
            self.running = self._passes[iterator] = next(self._serial)

        return begin

    def _wrap(self, original: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(original)
        def following(iterator: Iterator[Any]) -> Any:
            around, self.running = self.running, self._passes.get(iterator, 0)
            try:
                item = original(iterator)
            finally:
                self.running = around
            if self._watch.listening():
                self._watch.shielded(self.kinds, self._note, iterator, item)
            return item

        return following

    def _note(self, iterator: Any, item: Any) -> None:
        where = self._watch.position.where()
        loader = self._of_iterator.get(iterator)
        if loader is None:
            loader = self._of_iterator[iterator] = self._loader(iterator, where)
            self._of_pass[self._passes.get(iterator, 0)] = loader
        if not self._watch.close:
            return
        with _torch.reading():
            tensors = [tensor for _, tensor in named_tensors(item) if tensor.ndim and readable(tensor)]
            sizes = Counter(tensor.shape[0] for tensor in tensors)
            size = sizes.most_common(1)[0][0] if sizes else 0
            alike = [tensor for tensor in tensors if tensor.shape[0] == size]
            columns = [_column(t) for t in alike if t.numel() == size <= MAX_SAMPLES and not t.is_complex()]
            wide = next((tensor for tensor in alike if tensor.numel() > size), None)
        inputs = (lambda: None) if wide is None else _torch.weak(wide)
        self._pending.append(_Read(loader, size, where, columns, inputs))

    def _loader(self, iterator: Any, where: Where | None) -> _Loader:
        key, facts = _torch.loader_key(iterator), _torch.loader_facts(iterator)
        known = next((loader for loader in self._all if loader.key() is key), None)
        if known is None:  # one built anew for each epoch is still the same to the reader
            known = next((loader for loader in self._all if (loader.where, loader.facts) == (where, facts)), None)
        if known is None:
            known = _Loader(_reference(key), len(self._all), where, facts, _main())
            self._all.append(known)
        return known

    # -- what became of the batch

    def operation(self, op: Operation) -> None:
        _, second = LOSSES[op.name]
        if not self._pending or second is None or len(op.inputs) <= second or not op.outputs:
            return
        node, target = op.outputs[0].grad_fn, op.inputs[second]
        if node is None or target.requires_grad or target.numel() > MAX_SAMPLES or not readable(target):
            return
        with _torch.reading():
            values = None
            for read in self._asked():
                if read.size != target.numel() or read.size < 2:
                    continue
                values = _column(target) if values is None else values
                if any(torch.equal(values, column) for column in read.columns):
                    kind = "label" if op.name in CLASSIFYING else "target"
                    if kind == "target" and _is_series(read.inputs(), values):
                        kind = "own"
                else:
                    kind = "own"
                read.targets[self._calls] = (kind, tuple(values.tolist()))
                _torch.tag(node)["loader_read"] = self._calls
            self._calls += 1

    def _asked(self) -> Iterator[_Read]:
        """Batches a loss may take its targets from: the last, and the one before where another loader gave it.

        Earlier ones of the same loader have had their losses (micro-batches), or were drawn on the way to the last.
        """
        last = self._pending[-1]
        yield from (read for read in list(self._pending)[-2:-1] if read.loader is not last.loader)
        yield last

    def backward_begins(self, event: Backward) -> None:
        self._used.update(mark["loader_read"] for mark in event.marks if "loader_read" in mark)

    def module_left(self, call: ModuleCall, output: Any) -> None:
        """Not as it is entered: a batch of one that it refuses, and the program then skips, leaves no trace in it."""
        norm: Any = call.module
        if not isinstance(norm, torch.nn.modules.batchnorm._BatchNorm) or not norm.training or not call.grad_enabled:
            return
        value = call.inputs[0] if call.inputs else None
        if not self._pending or not isinstance(value, torch.Tensor) or value.ndim < 2 or not value.shape[1]:
            return
        read = self._pending[-1]
        usual = read.loader.facts.batch_size
        if usual is None or not 0 < value.shape[0] == read.size < usual:
            return
        seen = (read.size, value.numel() // value.shape[1], call.name, type(norm).__name__)
        if read.loader.norm is None or seen[:2] < read.loader.norm[:2]:
            read.loader.norm = seen

    def updated(self, update: Update) -> None:
        if not self._pending:
            return
        # An update by hand is noticed only when the next batch is already drawn.
        ahead = [self._pending.pop()] if update.optimiser == -1 and len(self._pending) > 1 else []
        last = self._pending[-1]
        for read in self._pending:
            if read is last or read.where == last.where:
                read.loader.steps += 1
            for number, (kind, values) in read.targets.items():
                if number not in self._used:
                    continue
                if kind == "own":
                    read.loader.own = True
                else:
                    _keep(read.loader.labels if kind == "label" else read.loader.targets, values)
        self._pending.clear()
        self._pending.extend(ahead)
        self._used.intersection_update(number for read in ahead for number in read.targets)
        if update.index < FIRST:  # a run that is killed still leaves these
            self._write()

    def finish(self) -> None:
        self._pending.clear()
        self._write()

    def _write(self) -> None:
        for loader in self._all:
            record = loader.record()
            if record != self._written.get(loader.number):
                self._written[loader.number] = record
                self._watch.write(record)


def _main() -> Where | None:
    """Where the script itself stands at its module level; None inside a thread or a plain call of ours."""
    frame: FrameType | None = sys._getframe(1)
    while frame is not None:
        if frame.f_code.co_name == "<module>" and frame.f_globals.get("__name__") == "__main__":
            return Where(frame.f_code.co_filename, frame.f_lineno, "<module>")
        frame = frame.f_back
    return None


def _reference(key: Any) -> Callable[[], Any]:
    try:
        return weakref.ref(key)
    except TypeError:  # a list of batches of indices, which serves as a sampler: no tensors hang on it
        return lambda: key


def _keep(batches: list[tuple[float, ...]], values: tuple[float, ...]) -> None:
    """Keep a batch of labels that is not the very one of an earlier pass; those of one class all look alike."""
    distinct = len(set(values)) > 1
    if len(batches) < MAX_BATCHES and not (distinct and values in batches):
        batches.append(values)


def _column(tensor: torch.Tensor) -> torch.Tensor:
    """A copy of its elements, on the host, as float64."""
    return tensor.detach().reshape(-1).to("cpu", torch.float64, copy=True)


def _is_series(inputs: torch.Tensor | None, targets: torch.Tensor) -> bool:
    """Whether the inputs of most samples hold the target of the one before: windows of one series, in order."""
    if inputs is None or inputs.shape[0] != len(targets) or not inputs.is_floating_point():
        return False
    rows = inputs.detach().reshape(len(targets), -1)[:, -MAX_SAMPLES:].to("cpu", torch.float64)
    return float((rows[1:] == targets[:-1, None]).any(dim=1).double().mean()) > SERIES_SHARE


def _sorted(batches: list[tuple[float, ...]]) -> bool:
    """Whether all values of all batches ascend, or all descend; a tie apart, as they are rounded."""
    values = [value for batch in batches for value in batch]
    if len(batches) < 2 or len(set(values)) < len(values) / 4:
        return False
    pairs = list(itertools.pairwise(values))
    return all(a <= b for a, b in pairs) or all(a >= b for a, b in pairs)
