"""A thread puts exactly as many batches as the loop takes, then ends."""

import queue
import threading

import torch
from torch import nn

torch.manual_seed(0)
feed = queue.Queue()


def producer(count):
    g = torch.Generator().manual_seed(9)
    for _ in range(count):
        x = torch.randn(16, 5, generator=g)
        feed.put((x, (x.prod(1) > 0).long()))


worker = threading.Thread(target=producer, args=(5,), daemon=True)
worker.start()
net = nn.Sequential(nn.Linear(5, 32), nn.ReLU(), nn.Linear(32, 2))
opt = torch.optim.Adam(net.parameters(), lr=1e-2)
for step in range(5):
    x, y = feed.get()
    loss = nn.functional.cross_entropy(net(x), y)
    opt.zero_grad()
    loss.backward()
    opt.step()
    print(step, loss.item())
worker.join(timeout=1)
