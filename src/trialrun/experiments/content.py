"""One tensor's content, kept and put back bit for bit into the very memory it was in."""

from __future__ import annotations

import contextlib

import torch

from trialrun import _torch
from trialrun.capture.readings import elements, same_bits

DEVICE_SHARE = 0.5  # of a device's free memory that copies may take; beyond it they are kept on the host


class Content:
    """Content, memory, version, gradient and ``requires_grad`` of one tensor.

    It is written through ``.data``, so that graphs which saved the tensor live on; a tensor whose memory was exchanged
    (``p.data = ...``) gets its old memory back, which others may share.
    """

    __slots__ = ("_copy", "_gradient", "_leaf", "_memory", "_requires_grad", "_version", "tensor")

    def __init__(self, tensor: torch.Tensor, copied: bool = True) -> None:
        self.tensor = tensor
        self._memory = tensor.data
        self._copy = _kept(self._memory) if copied else None
        self._version = _torch.version(tensor)
        self._leaf = tensor.is_leaf
        self._gradient = tensor.grad if tensor.is_leaf else None
        self._requires_grad = tensor.requires_grad

    @property
    def bytes(self) -> int:
        """Of the copy."""
        return bytes_of(self._copy) if self._copy is not None else 0

    @property
    def touched(self) -> bool:
        """Whether the tensor has been changed in place since, as far as its version tells."""
        return _torch.version(self.tensor) != self._version or not _same_memory(self.tensor, self._memory)

    def is_near(self, tolerance: float) -> bool:
        """Whether the content now is the one kept, bit for bit or up to ``tolerance`` of its largest element."""
        if self._copy is None or self.tensor.shape != self._copy.shape:
            return not self.touched
        now, then = _dense(self.tensor.detach()), _dense(self._copy.to(self.tensor.device))
        if same_bits(now, then) or not now.is_floating_point() or not now.numel():
            return torch.equal(now, then) or same_bits(now, then)
        finite = torch.isfinite(then)
        if not torch.equal(finite, torch.isfinite(now)):
            return False
        now, then = now[finite], then[finite]
        return not then.numel() or bool((now - then).abs().max() <= tolerance * then.abs().max())

    def put_back(self) -> bool:
        """Restore everything; False if the content had changed and no copy of it was kept."""
        tensor = self.tensor
        if not _same_memory(tensor, self._memory):
            tensor.data = self._memory
        elif self._copy is None and self.touched:
            return False
        if self._copy is not None:
            self._put_copy(self._copy)
        if (
            self._leaf and not tensor.is_leaf
        ):  # a table that rows with a graph were written into: it may be freed by now
            with contextlib.suppress(RuntimeError):  # of a view
                tensor.detach_()
        if self._leaf and tensor.is_leaf:
            tensor.requires_grad_(self._requires_grad)
            if tensor.grad is not self._gradient:
                tensor.grad = self._gradient
        _torch.set_version(tensor, self._version)
        return True

    def _put_copy(self, copy: torch.Tensor) -> None:
        if self._memory.layout is torch.strided:
            memory = self._memory
            for axis, (size, stride) in enumerate(zip(memory.shape, memory.stride(), strict=True)):
                if size > 1 and not stride:  # expanded: all places along this axis are one, and cannot be written twice
                    memory, copy = memory.narrow(axis, 0, 1), copy.narrow(axis, 0, 1)
            memory.copy_(copy)
        else:  # operations in place give a sparse tensor new memory, which neither ``.data`` nor ``detach`` follows
            with torch.no_grad():
                self.tensor.copy_(copy)


def _same_memory(tensor: torch.Tensor, memory: torch.Tensor) -> bool:
    data = tensor.data
    if data.layout is not torch.strided or memory.layout is not torch.strided:
        return data.layout is memory.layout and data.shape == memory.shape
    return data.data_ptr() == memory.data_ptr() and data.shape == memory.shape and data.stride() == memory.stride()


def _kept(memory: torch.Tensor) -> torch.Tensor:
    if memory.device.type == "cuda":
        free, _ = torch.cuda.mem_get_info(memory.device)
        if bytes_of(memory) > free * DEVICE_SHARE:
            return memory.to("cpu")
    return memory.clone()


def supported(tensor: torch.Tensor) -> bool:
    """Whether the content of ``tensor`` can be kept this way: not that of fake, distributed or lazy ones."""
    return not (
        _torch.has_own_dispatch(tensor)
        or _torch.is_lazy(tensor)
        or tensor.is_inference()
        or tensor.is_quantized
        or tensor.device.type == "meta"
    )


def bytes_of(tensor: torch.Tensor) -> int:
    """Bytes of its elements; of a sparse one, those that are stored."""
    if tensor.layout is torch.sparse_coo:
        return tensor._nnz() * (tensor.element_size() + 8 * tensor.sparse_dim())
    if tensor.layout is not torch.strided:
        return tensor.values().nbytes
    return tensor.nbytes


def _dense(tensor: torch.Tensor) -> torch.Tensor:
    return tensor if tensor.layout is torch.strided else elements(tensor)
