"""How a batch is cut into micro-batches: of one size, and with a last one that is smaller. Numbers alone."""

from __future__ import annotations


def even(samples: int, parts: int) -> tuple[int, ...]:
    """Sizes of ``parts`` micro-batches of one size, the largest that ``samples`` allow; what is left over is unused."""
    return (samples // parts,) * parts


def ragged(samples: int, parts: int) -> tuple[int, ...]:
    """Sizes of at most ``parts`` micro-batches of one size but for the last, which is smaller; () if there are none.

    Fewer than ``parts`` where they would hold one sample each: then there is none that is smaller.
    """
    each = max(2, -(-samples // parts))
    whole = min(parts - 1, (samples - 1) // each)
    last = samples - whole * each
    if whole < 1:
        return ()
    return (each,) * whole + (last if last < each else each // 2,)


def spans(sizes: tuple[int, ...]) -> list[range]:
    """The samples of each micro-batch, by index."""
    starts = [sum(sizes[:index]) for index in range(len(sizes))]
    return [range(start, start + size) for start, size in zip(starts, sizes, strict=True)]
