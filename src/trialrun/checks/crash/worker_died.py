"""A worker process of a `DataLoader` could not be started, or died.

## Why is this bad?

Workers are processes of their own. One that is killed (memory, a crash in native code), that can't be given the data
set, or that starts the script again from its top leaves no traceback of its own.

## Fix

By cause: `if __name__ == "__main__":` around what starts training; named functions instead of `lambda` and of functions
within functions; fewer workers or `torch.multiprocessing.set_sharing_strategy("file_system")` and a larger `/dev/shm`
where shared memory is short. With `num_workers=0` the fault shows its own traceback.

## Limits

An exception raised in a worker is told as itself, at the data set's own line, by the card it belongs to. So
is one that the program raised by a `raise` of its own.

## References

PyTorch documentation, `torch.utils.data`, "Multi-process data loading", "Platform-specific behaviors".
"""

from __future__ import annotations

import re

from trialrun.checks.crash.card import Card, CrashCheck
from trialrun.evidence import Evidence
from trialrun.evidence.program import CrashRecord

_KILLED = re.compile(r"DataLoader worker \(pid (\d+)\) is killed by signal: (\w[\w ]*)")
_EXITED = re.compile(r"DataLoader worker \(pid(?:\(s\))? ([\d, ]+)\) exited unexpectedly")
_SHARED = re.compile(
    r"insufficient shared memory|unable to (?:open|write to) (?:shared memory )?(?:object|file).*shm|bus error", re.I
)
_BOOTSTRAP = "before the current process has finished its bootstrapping phase"
_PICKLE = re.compile(r"[Cc]an't (?:get|pickle) (?:local object|attribute)?\s*['<]?([\w.<>]*)")


class WorkerDied(CrashCheck):
    code = "CRX017"
    slug = "worker-died"

    def explain(self, crash: CrashRecord, evidence: Evidence) -> Card | None:
        text, expected = crash.message, "workers that start and answer"
        if _BOOTSTRAP in text:
            return Card(
                "A worker starts by running the script again from its top, and came to the start of workers there.",
                'Put what starts training under if __name__ == "__main__":',
                {"cause": "no main guard"},
                expected,
                explained_by=("REP902",),
            )
        if _SHARED.search(text):
            return Card(
                "Workers hand batches over in shared memory, and there was not enough.",
                "Give the container more (docker run --shm-size=8g), use fewer workers, or "
                'torch.multiprocessing.set_sharing_strategy("file_system").',
                {"cause": "shared memory"},
                expected,
            )
        if "exited unexpectedly with exit code 1." in crash.traceback and _unguarded(crash, evidence):
            return Card(
                'It ended by an exception while it started. Likely: the script has no if __name__ == "__main__":, and '
                "a worker that is spawned runs it again from its top and starts workers there.",
                'Put what starts training under if __name__ == "__main__":. '
                "The worker's own traceback is in stderr.log.",
                {"cause": "no main guard"},
                expected,
                explained_by=("REP902",),
            )
        if found := (_KILLED.search(text) or _EXITED.search(text)):
            signal = found[2] if found.re is _KILLED else ""
            memory = " This is what the system does when memory runs out." if "Kill" in signal else ""
            return Card(
                f"The worker died{f' by {signal.strip()}' if signal else ''} while it loaded a batch.{memory}",
                "Run once with num_workers=0: the data set's own fault then shows where it is. If memory ran out, use "
                "fewer workers and open files in __getitem__, not in __init__.",
                {"cause": "died", "signal": signal},
                expected,
            )
        pickled = _PICKLE.search(text)
        if pickled and _starts_workers(crash):
            return Card(
                f"A worker that is spawned gets the data set by pickling, and {pickled[1] or 'an object'} can't be "
                "pickled: it has no name that a new process could import.",
                "Define it with def at the top of the module, instead of a lambda or a function within a function.",
                {"cause": "pickling", "object": pickled[1]},
                expected,
            )
        return None


def _unguarded(crash: CrashRecord, evidence: Evidence) -> bool:
    """Whether the script itself, which a spawned worker imports, does not ask what it is run as."""
    text = evidence.source.get(crash.frames[0].where.file, "") if crash.frames else ""
    return bool(text) and "__main__" not in text


def _starts_workers(crash: CrashRecord) -> bool:
    return "_MultiProcessingDataLoaderIter" in crash.traceback or "utils/data/dataloader.py" in crash.traceback
