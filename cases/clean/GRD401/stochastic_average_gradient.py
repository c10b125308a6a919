"""Right though unusual: SAG (Le Roux et al., 2012); .grad holds the running sum of the latest gradient of each block
of samples.
"""

import torch
from torch import nn


class SAG:
    def __init__(self, model, blocks, lr):
        self.model, self.blocks = model, blocks
        self.memory = [[torch.zeros_like(p) for p in model.parameters()] for _ in range(blocks)]
        self.optimizer = torch.optim.SGD(model.parameters(), lr=lr / blocks)
        for p in model.parameters():
            p.grad = torch.zeros_like(p)

    def step(self, loss, block):
        fresh = torch.autograd.grad(loss, list(self.model.parameters()))
        for p, new, old in zip(self.model.parameters(), fresh, self.memory[block], strict=False):
            p.grad += new - old
            old.copy_(new)
        self.optimizer.step()


def main():
    torch.manual_seed(0)
    torch.set_num_threads(1)
    x = torch.randn(600, 8)
    y = torch.tanh(x @ torch.randn(8, 1)) + 0.05 * torch.randn(600, 1)
    blocks = torch.randperm(480).split(24)
    model = nn.Sequential(nn.Linear(8, 16), nn.Tanh(), nn.Linear(16, 1))
    sag = SAG(model, len(blocks), lr=0.15)
    for epoch in range(12):
        for block in torch.randint(len(blocks), (len(blocks),)).tolist():
            rows = blocks[block]
            loss = nn.functional.mse_loss(model(x[rows]), y[rows])
            sag.step(loss, block)
        with torch.no_grad():
            print(f"epoch {epoch}: {loss.item():.4f} {nn.functional.mse_loss(model(x[480:]), y[480:]).item():.4f}")


main()
