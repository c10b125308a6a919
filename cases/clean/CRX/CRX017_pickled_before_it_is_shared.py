"""Right though unusual: whether workers can be given a data set is asked of pickle first; one with a lock stays at home."""

import pickle
import threading

import torch
from torch import nn
from torch.utils.data import DataLoader, Dataset


class Counted(Dataset):
    """Counts what is read, under a lock."""

    def __init__(self, x, y, lock=None):
        self.x, self.y, self.lock, self.reads = x, y, lock, 0

    def __len__(self):
        return len(self.x)

    def __getitem__(self, i):
        if self.lock is not None:
            with self.lock:
                self.reads += 1
        return self.x[i], self.y[i]


def workers_for(data, context):
    """0 where the data set can't travel to a process."""
    try:
        DataLoader(data, num_workers=1, multiprocessing_context=context)
        pickle.dumps(data)
    except (TypeError, AttributeError, pickle.PicklingError, ValueError) as refusal:
        print(f"{context}: no workers, {refusal}")
        return {"num_workers": 0}
    return {"num_workers": 1, "multiprocessing_context": context}


def train(model, loader, epochs):
    optimizer = torch.optim.Adam(model.parameters(), lr=2e-2)
    for epoch in range(epochs):
        for x, y in loader:
            loss = nn.functional.huber_loss(model(x), y)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
        yield loss.item()


if __name__ == "__main__":
    torch.manual_seed(0)
    torch.set_num_threads(1)
    x = torch.randn(256, 4)
    y = x[:, :1] - 2 * x[:, 1:2].relu()
    for lock, context in ((threading.Lock(), "spawn"), (None, "telepathy"), (None, "fork")):
        model = nn.Sequential(nn.Linear(4, 16), nn.ReLU(), nn.Linear(16, 1))
        data = Counted(x, y, lock)
        loader = DataLoader(data, batch_size=32, shuffle=True, **workers_for(data, context))
        *_, last = train(model, loader, epochs=4)
        print(context, loader.num_workers, last, data.reads)
