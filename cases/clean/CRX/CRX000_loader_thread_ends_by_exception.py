"""Right though unusual: batches come from a thread; its end is an exception put into the queue and raised by the reader."""

import queue
import threading

import torch
from torch import nn


class Exhausted(Exception):
    pass


def produce(box, x, y, size):
    try:
        for rows in torch.randperm(len(x)).split(size):
            box.put((x[rows], y[rows]))
        raise Exhausted(len(x))
    except Exception as error:
        box.put(error)


def batches(x, y, size):
    box = queue.Queue(maxsize=3)
    worker = threading.Thread(target=produce, args=(box, x, y, size), daemon=True)
    worker.start()
    try:
        while True:
            item = box.get()
            if isinstance(item, Exception):
                raise item
            yield item
    except Exhausted:
        return


torch.manual_seed(0)
torch.set_num_threads(1)
x = torch.randn(300, 6)
y = (x @ torch.tensor([1.0, -1.0, 0.5, 0.0, 2.0, -0.5]))[:, None] + 0.05 * torch.randn(300, 1)
model = nn.Linear(6, 1)
optimizer = torch.optim.SGD(model.parameters(), lr=0.05, momentum=0.9)
for epoch in range(5):
    for inputs, target in batches(x[:240], y[:240], 30):
        optimizer.zero_grad()
        loss = nn.functional.huber_loss(model(inputs), target)
        loss.backward()
        optimizer.step()
    with torch.no_grad():
        print(epoch, nn.functional.huber_loss(model(x[240:]), y[240:]).item())
