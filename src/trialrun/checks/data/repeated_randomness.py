"""Workers, or epochs, draw the same random numbers again.

## Why is this bad?

Augmentation, noise and random crops are worth as much as they differ. A generator that the data set keeps is copied
into every worker process, so that all of them draw the same numbers; and as the workers are started anew for each epoch
from the same copy, every epoch repeats the first. The same happens when a seed is set in `worker_init_fn`, or in the
loop over the epochs. An iterable data set that does not divide its stream yields every sample once for each worker.

## Fix

In the worker, sow from what PyTorch gives it, which differs by worker and epoch:

    def worker_init_fn(worker_id):
        seed = torch.initial_seed() % 2**32
        torch.utils.data.get_worker_info().dataset.rng = np.random.default_rng(seed)

or draw with torch's own functions, which are sown so already. Set seeds once, at the top of the program. In
`__iter__`, take every n-th sample by `get_worker_info()`.

## Limits

Seen is where each stream stood when a worker (or a pass in the main process) began to read, and whether its first batch
drew from it: a generator that is only kept is none. Streams that are sown anew within `__getitem__`, from the index for
example, are left out. Only loaders that train a model are judged, and passes only between two optimisers: folds and
comparisons begin alike on purpose. Workers that are spawned instead of forked can't be looked into. If the same noise
in each epoch is meant, ignore the warning on that line.

## References

PyTorch documentation, "Reproducibility", section DataLoader; `torch.utils.data.IterableDataset`.
"""

from __future__ import annotations

from collections.abc import Iterable

from trialrun.checks.base import Check
from trialrun.evidence import Evidence
from trialrun.evidence.loading import RepeatedDraws
from trialrun.evidence.place import Where
from trialrun.findings.finding import Finding, Severity

LEGITIMATE = " If the same draws each time are meant, this is legitimate."


class RepeatedRandomness(Check):
    code = "DAT109"
    slug = "repeated-randomness"
    severity = Severity.WARNING
    needs = ("loader",)

    def judge(self, evidence: Evidence) -> Iterable[Finding]:
        for loader in evidence.loader:
            repeats = [record for record in evidence.repeated_draws if record.loader == loader.number]
            if not loader.training or not repeats:
                continue
            samples = [record for record in repeats if record.kind == "samples"]
            yield self._same_samples(samples[0], loader.where) if samples else self._same_stream(repeats, loader.where)

    def _same_samples(self, record: RepeatedDraws, where: Where | None) -> Finding:
        return self.finding(
            f"{record.alike} of {record.looked_at} workers began with the very same samples: each reads the whole "
            f"stream of the iterable data set, so every sample comes {record.alike} times.",
            "Divide the stream in __iter__: islice(stream, info.id, None, info.num_workers) with "
            "info = torch.utils.data.get_worker_info(), or a seed of its own for each worker." + LEGITIMATE,
            where=where,
            measured={"workers": record.workers, "alike": record.alike},
            expected="each worker reads samples of its own",
        )

    def _same_stream(self, repeats: list[RepeatedDraws], where: Where | None) -> Finding:
        first = repeats[0]
        own = first.stream.startswith("dataset")
        told = []
        for record in repeats:
            if record.stream == first.stream:
                who = "workers of one epoch" if record.kind == "workers" else "epochs"
                told.append(f"{record.alike} of {record.looked_at} {who}")
        name = f"The generator `{first.stream}`" if own else f"The stream of {first.stream}"
        if own and first.workers:
            cause = "it is copied into each worker as it stands in the main process"
            fix = "Make it anew in worker_init_fn, from torch.initial_seed(), or draw with torch.rand in the data set."
        elif own:
            cause = "it is set back between them"
            fix = "Make it once, before the loop over the epochs."
        else:
            cause = "a seed is set in worker_init_fn" if first.workers else "a seed is set between them"
            cause += ", or in the loop over the epochs" if first.workers else ", in the loop over the epochs"
            fix = "Set seeds once, before all epochs; in worker_init_fn take them from torch.initial_seed()."
        return self.finding(
            f"{name} stood at the same place when {' and when '.join(told)} began to read, and all drew from it: "
            f"{cause}. Their augmentation or noise is the same.",
            fix + LEGITIMATE,
            where=where,
            measured={
                "stream": first.stream,
                "workers": first.workers,
                **{f"alike_{record.kind}": record.alike for record in repeats if record.stream == first.stream},
            },
            expected="other random numbers for each worker and epoch",
        )
