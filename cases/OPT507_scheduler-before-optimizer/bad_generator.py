"""Wine cultivars in one flat loop over epochs and batches; the rate falls by a fifth with every epoch."""

import torch
from sklearn.datasets import load_wine
from sklearn.preprocessing import scale
from torch import nn


def steps(rows, size, epochs):
    for epoch in range(epochs):
        for number, part in enumerate(torch.randperm(rows).split(size)):
            yield epoch, number == 0, part


def main():
    torch.manual_seed(3)
    wine = load_wine()
    data = {"x": torch.tensor(scale(wine.data)).float(), "y": torch.tensor(wine.target)}
    net = nn.Sequential(nn.Linear(13, 20), nn.ELU(), nn.Linear(20, 3))
    opt = torch.optim.RMSprop(net.parameters(), lr=4e-3)
    sched = torch.optim.lr_scheduler.MultiplicativeLR(opt, lambda epoch: 0.8)
    for epoch, begins, rows in steps(len(data["y"]), 18, 10):
        if begins:
            sched.step()  # expect: OPT507
        loss = nn.functional.cross_entropy(net(data["x"][rows]), data["y"][rows])
        opt.zero_grad(set_to_none=True)
        loss.backward()
        opt.step()
    print(f"epoch {epoch}: loss {loss.item():.3f}, rate {sched.get_last_lr()[0]:.5f}")


if __name__ == "__main__":
    main()
