"""Right though unusual: weights may come from a wrapped model; a context manager holds back the first refusal."""

from contextlib import AbstractContextManager

import torch
from torch import nn


class Attempt(AbstractContextManager):
    """Holds back errors of one kind, and says whether there was one."""

    def __init__(self, kind):
        self.kind, self.error = kind, None

    def __exit__(self, kind, error, traceback):
        self.error = error
        return kind is not None and issubclass(kind, self.kind)


def load_any(model, state):
    for prefix in ("", "module.", "_orig_mod.", "module._orig_mod."):
        with Attempt(RuntimeError) as attempt:
            model.load_state_dict({k.removeprefix(prefix): v for k, v in state.items()})
        if attempt.error is None:
            return prefix
    raise attempt.error


torch.manual_seed(0)
torch.set_num_threads(1)
tokens = torch.randint(12, (320, 5))
y = (tokens > 5).sum(1).gt(2).long()
teacher = nn.DataParallel(nn.Sequential(nn.EmbeddingBag(12, 8), nn.Linear(8, 2)))
optimizer = torch.optim.Adam(teacher.parameters(), lr=3e-2)
for epoch in range(7):
    for rows in torch.randperm(256).split(32):
        optimizer.zero_grad()
        loss = nn.functional.cross_entropy(teacher(tokens[rows]), y[rows])
        loss.backward()
        optimizer.step()
    student = nn.Sequential(nn.EmbeddingBag(12, 8), nn.Linear(8, 2))
    prefix = load_any(student, teacher.state_dict())
    with torch.no_grad():
        hits = (student(tokens[256:]).argmax(1) == y[256:]).float().mean().item()
    print(f"{epoch}: {hits:.2f}, stored under {prefix!r}")
