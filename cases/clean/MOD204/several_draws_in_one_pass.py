"""Draws of a posterior are laid one after the other along the batch, passed through at once and averaged again."""

import torch
from sklearn.datasets import load_wine
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

torch.manual_seed(0)
torch.set_num_threads(1)
table, labels = load_wine(return_X_y=True)
x = torch.tensor(table, dtype=torch.float32)
x = (x - x.mean(0)) / x.std(0)
loader = DataLoader(TensorDataset(x, torch.tensor(labels)), batch_size=16, shuffle=True, drop_last=True)


class Draws(nn.Module):
    def __init__(self, draws: int = 16) -> None:
        super().__init__()
        self.draws = draws
        self.encode = nn.Linear(13, 2 * 8)
        self.classify = nn.Sequential(nn.Linear(8, 24), nn.ReLU(), nn.Linear(24, 3))
        self.register_buffer("quantiles", torch.special.ndtri((torch.arange(draws) + 0.5) / draws))

    def forward(self, rows: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        mean, log_spread = self.encode(rows).chunk(2, dim=1)
        noise = self.quantiles[torch.randperm(self.draws)] if self.training else self.quantiles
        points = mean.repeat(self.draws, 1) + log_spread.exp().repeat(self.draws, 1) * noise.repeat_interleave(
            len(rows)
        ).unsqueeze(1)
        logits = self.classify(points).view(self.draws, len(rows), 3)
        divergence = 0.5 * (mean**2 + (2 * log_spread).exp() - 2 * log_spread - 1).sum(1)
        return logits.mean(0), divergence


model = Draws()
optimizer = torch.optim.Adam(model.parameters(), lr=1e-2)
for epoch in range(15):
    right = 0
    for rows, wanted in loader:
        logits, divergence = model(rows)
        loss = nn.functional.cross_entropy(logits, wanted) + 1e-3 * divergence.mean()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        right += (logits.argmax(1) == wanted).sum().item()
    print(epoch, right / (16 * len(loader)))
