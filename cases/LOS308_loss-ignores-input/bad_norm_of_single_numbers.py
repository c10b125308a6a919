"""Breast tumours by thirty measurements: each one is embedded by itself, normalised and weighed."""

import torch
from sklearn.datasets import load_breast_cancer
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

torch.manual_seed(0)
torch.set_num_threads(1)
table, labels = load_breast_cancer(return_X_y=True)
x = torch.tensor(table, dtype=torch.float32)
x = (x - x.mean(0)) / x.std(0)
loader = DataLoader(TensorDataset(x, torch.tensor(labels)), batch_size=40, shuffle=True)


class Measurements(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.scale = nn.Linear(30, 30)
        self.norm = nn.LayerNorm(1)  # over the one number of each measurement: nothing is left of it
        self.embed = nn.Linear(1, 8)
        self.head = nn.Linear(30 * 8, 2)

    def forward(self, rows: torch.Tensor) -> torch.Tensor:
        numbers = self.norm(self.scale(rows).unsqueeze(-1))
        return self.head(self.embed(numbers).relu().flatten(1))


model = Measurements()
optimizer = torch.optim.Adam(model.parameters(), lr=3e-3)
for epoch in range(10):
    right = 0
    for rows, wanted in loader:
        scores = model(rows)  # expect: LOS308
        loss = nn.functional.cross_entropy(scores, wanted)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        right += (scores.argmax(1) == wanted).sum().item()
    print(epoch, right / len(x))
