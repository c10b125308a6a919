"""Right though unusual: a context keeps activations with their graph, and frees those of its last batch when it is full."""

import numpy as np
import torch
from torch import nn


class Recorder:
    """Keeps the activations of so many calls; the penalty reads them, the report gets them without a graph."""

    def __init__(self, layer, calls):
        self.calls, self.kept = calls, []
        self.handle = layer.register_forward_hook(self.keep)

    def __enter__(self):
        return self

    def keep(self, _layer, _inputs, output):
        self.kept.append(output)

    def penalty(self):
        return 1e-4 * self.kept[-1].abs().mean()

    def close_batch(self):
        if len(self.kept) == self.calls:
            self.kept = [output.detach() for output in self.kept]

    def __exit__(self, *_error):
        self.handle.remove()


torch.manual_seed(4)
torch.set_num_threads(1)
x = torch.randn(192, 4)
y = (x.sum(1) > 0).long()
model = nn.Sequential(nn.Linear(4, 10), nn.ReLU(), nn.Linear(10, 2))
optimizer = torch.optim.Adam(model.parameters(), lr=0.02)
for epoch in range(7):
    with Recorder(model[1], calls=8) as recorder:
        for rows in torch.randperm(192).split(24):
            loss = nn.functional.cross_entropy(model(x[rows]), y[rows]) + recorder.penalty()
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            recorder.close_batch()
    active = np.concatenate([output.numpy() for output in recorder.kept]) > 0
    print(epoch, loss.item(), "active units", active.mean())
