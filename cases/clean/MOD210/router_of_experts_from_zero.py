"""Right though unusual: the router of a mixture of experts starts at 0, so that each expert gets an equal part."""

import torch
from torch import nn


class Mixture(nn.Module):
    def __init__(self, columns, experts, width):
        super().__init__()
        self.router = nn.Linear(columns, experts)
        nn.init.constant_(self.router.weight, 0.0)
        nn.init.constant_(self.router.bias, 0.0)
        self.experts = nn.ModuleList(
            nn.Sequential(nn.Linear(columns, width), nn.ReLU(), nn.Linear(width, 1)) for _ in range(experts)
        )

    def forward(self, x):
        share = self.router(x).softmax(1)
        guesses = torch.cat([expert(x) for expert in self.experts], dim=1)
        balance = (share.mean(0) * share.shape[1]).square().mean()
        return (share * guesses).sum(1), balance


class Trainer:
    def __init__(self, model, rate):
        self.model = model
        self.optimizer = torch.optim.Adam(model.parameters(), lr=rate)

    def step(self, batch):
        guess, balance = self.model(batch["x"])
        loss = nn.functional.mse_loss(guess, batch["y"]) + 0.01 * balance
        self.optimizer.zero_grad(set_to_none=True)
        loss.backward()
        self.optimizer.step()
        return loss.item()

    def fit(self, data, epochs):
        for epoch in range(epochs):
            order = torch.randperm(len(data["x"])).split(64)
            losses = [self.step({name: part[rows] for name, part in data.items()}) for rows in order]
            print(f"epoch {epoch}: {sum(losses) / len(losses):.3f}")


torch.manual_seed(0)
torch.set_num_threads(1)
x = torch.randn(640, 4)
y = torch.where(x[:, 0] > 0, 2 * x[:, 1], -x[:, 2])
Trainer(Mixture(4, 3, 16), rate=1e-2).fit({"x": x, "y": y}, epochs=10)
