"""Right though unusual: a hand-written dynamic loss scaler in half precision; overflowing losses are inf, skipped,
and halve the scale.
"""

import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset


class Scaler:
    def __init__(self, optimizer, scale=2.0**18, grow_every=20):
        self.optimizer, self.scale, self.grow_every, self.good = optimizer, scale, grow_every, 0

    def step(self, loss):
        parameters = self.optimizer.param_groups[0]["params"]
        self.optimizer.zero_grad()
        (loss.half() * self.scale).backward()
        if not all(p.grad.isfinite().all() for p in parameters):
            self.scale, self.good = self.scale / 2, 0
            return False
        for p in parameters:
            p.grad.div_(self.scale)
        self.optimizer.step()
        self.good += 1
        if self.good % self.grow_every == 0:
            self.scale *= 2
        return True


def main():
    torch.manual_seed(1)
    torch.set_num_threads(1)
    x = torch.randn(720, 8)
    y = (x @ torch.randn(8, 3)).argmax(1)
    loader = DataLoader(TensorDataset(x[:576], y[:576]), batch_size=32, shuffle=True)
    model = nn.Sequential(nn.Linear(8, 32), nn.ReLU(), nn.Linear(32, 3))
    scaler = Scaler(torch.optim.SGD(model.parameters(), lr=0.1, momentum=0.9))
    for epoch in range(5):
        skipped = 0
        for inputs, labels in loader:
            loss = nn.functional.cross_entropy(model(inputs), labels)
            skipped += not scaler.step(loss)
        with torch.no_grad():
            accuracy = (model(x[576:]).argmax(1) == y[576:]).float().mean()
        print(f"epoch {epoch}: loss {loss:.3f}, skipped {skipped}, scale {scaler.scale:.0f}, accuracy {accuracy:.3f}")


main()
