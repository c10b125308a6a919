"""Iris flowers with a heavy-ball optimiser that works on lists of tensors."""

import torch
from sklearn.datasets import load_iris
from torch import nn


class HeavyBall(torch.optim.Optimizer):
    def __init__(self, params, lr, friction=0.9):
        super().__init__(params, dict(lr=lr, friction=friction, speeds=None))

    @torch.no_grad()
    def step(self):
        for group in self.param_groups:
            held = [p for p in group["params"] if p.grad is not None]
            slopes = torch._foreach_mul([p.grad for p in held], -group["lr"])
            if group["speeds"] is not None:
                slopes = torch._foreach_add(slopes, torch._foreach_mul(group["speeds"], group["friction"]))
            group["speeds"] = slopes
            torch._foreach_add(held, slopes)


def main():
    torch.manual_seed(10)
    flowers, species = load_iris(return_X_y=True)
    flowers = torch.tensor(flowers, dtype=torch.float32)
    flowers = (flowers - flowers.mean(0)) / flowers.std(0)
    species = torch.tensor(species)
    order = torch.randperm(150)
    train, held_out = order[:120], order[120:]

    network = nn.Sequential(nn.Linear(4, 24), nn.Softplus(), nn.Linear(24, 3))
    ball = HeavyBall(network.parameters(), lr=0.05)
    for epoch in range(12):
        for rows in train[torch.randperm(120)].split(24):
            ball.zero_grad()
            loss = nn.functional.cross_entropy(network(flowers[rows]), species[rows])
            loss.backward()
            ball.step()  # expect: OPT505
        with torch.no_grad():
            hits = (network(flowers[held_out]).argmax(1) == species[held_out]).sum().item()
        print(f"epoch {epoch}: {loss.item():.3f}, {hits} of 30 right")


if __name__ == "__main__":
    main()
