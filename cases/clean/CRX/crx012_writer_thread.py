"""Right though unusual: histograms are made by a thread that reports what it cannot take and goes on."""

import queue
import threading

import numpy as np
import torch
from torch import nn


class Writer(threading.Thread):
    def __init__(self, bins):
        super().__init__(daemon=True)
        self.bins, self.inbox = bins, queue.Queue()
        self.written, self.refused = [], {}

    def run(self):
        while (item := self.inbox.get()) is not None:
            name, values = item
            try:
                self.written.append((name, np.histogram(np.asarray(values), self.bins)))
            except Exception as error:
                self.refused[name] = type(error).__name__


torch.manual_seed(0)
torch.set_num_threads(1)
x = torch.randn(320, 7)
y = (x @ torch.randn(7) > 0).float()
model = nn.Sequential(nn.Linear(7, 16), nn.Tanh(), nn.Linear(16, 1), nn.Flatten(0))
optimizer = torch.optim.Adam(model.parameters(), lr=1e-2)
writer = Writer(np.linspace(-2, 2, 9))
writer.start()
for epoch in range(10):
    for rows in torch.randperm(320).split(32):
        loss = nn.functional.binary_cross_entropy_with_logits(model(x[rows]), y[rows])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    for name, parameter in model.named_parameters():
        # Weights go as they are, the copies of biases as plain values: the writer may refuse the first.
        writer.inbox.put((name, parameter if name.endswith("weight") else parameter.tolist()))
    print(f"epoch {epoch}: {loss.item():.3f}")
writer.inbox.put(None)
writer.join()
print(len(writer.written), "histograms;", writer.refused)
