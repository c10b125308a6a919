"""Sign descent, an optimiser written for this script, on a noisy sine."""

import torch
from torch import nn
from torch.optim.optimizer import Optimizer


class SignDescent(Optimizer):
    def __init__(self, params, lr=1e-3):
        super().__init__(params, {"lr": lr})

    @torch.no_grad()
    def step(self, closure=None):
        for group in self.param_groups:
            for p in group["params"]:
                if p.grad is not None:
                    p -= group["lr"] * p.grad.sign()


class SineNet(nn.Module):
    def __init__(self):
        super().__init__()
        self.hidden = nn.Linear(1, 40)
        self.out = nn.Linear(40, 1)

    def forward(self, x):
        return self.out(torch.tanh(self.hidden(x)))


def main():
    torch.manual_seed(0)
    x = torch.linspace(-3, 3, 400)[:, None]
    y = torch.sin(x) + 0.05 * torch.randn_like(x)
    order = torch.randperm(400)
    train, valid = order[:320], order[320:]

    net = SineNet()
    optimizer = SignDescent(net.parameters(), lr=2e-3)
    for epoch in range(10):
        net.train()
        for rows in train[torch.randperm(320)].split(40):
            optimizer.zero_grad()
            loss = nn.functional.mse_loss(net(x[rows]), y[rows])
            loss.backward()
            optimizer.step()
        net.eval()
        with torch.no_grad():
            error = nn.functional.mse_loss(net(x[valid]), y[valid])
        print(f"epoch {epoch}: validation error {error.item():.4f}")


if __name__ == "__main__":
    main()
