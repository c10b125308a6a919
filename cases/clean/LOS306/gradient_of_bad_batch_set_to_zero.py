"""Right though unusual: after a loss that is not finite the gradient is set to 0, so that plain SGD's step, taken as
always, changes nothing.
"""

import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset


class Loop:
    def __init__(self, model, lr):
        self.model, self.optimizer, self.ignored = model, torch.optim.SGD(model.parameters(), lr=lr), 0

    def train_step(self, x, y):
        self.optimizer.zero_grad()
        loss = nn.functional.cross_entropy(self.model(x / x.norm(dim=1, keepdim=True)), y)
        loss.backward()
        if not loss.isfinite():
            self.ignored += 1
            for p in self.model.parameters():
                p.grad.zero_()
        self.optimizer.step()
        return loss.detach()


def main():
    torch.manual_seed(11)
    torch.set_num_threads(1)
    x = torch.randn(800, 3)
    y = (x[:, 0] > x[:, 1].abs()).long()
    x[torch.rand(800) < 0.004] = 0.0  # silence: its direction is 0 / 0
    loop = Loop(nn.Sequential(nn.Linear(3, 32), nn.Tanh(), nn.Linear(32, 2)), lr=0.5)
    for epoch in range(8):
        losses = [loop.train_step(*batch) for batch in DataLoader(TensorDataset(x[:640], y[:640]), 16, shuffle=True)]
        with torch.no_grad():
            heard = x[640:].norm(dim=1) > 0
            right = loop.model(nn.functional.normalize(x[640:][heard])).argmax(1) == y[640:][heard]
        print(
            f"{epoch}: {torch.stack(losses).nanmean():.3f} ignored {loop.ignored}, accuracy {right.float().mean():.3f}"
        )


main()
