"""A regression on tables whose rows get an embedding of their number, taken along the wrong axis."""

import torch
from sklearn.datasets import make_regression
from torch import nn
from torch.utils.data import DataLoader, TensorDataset


class Rows(nn.Module):
    def __init__(self, width: int = 24) -> None:
        super().__init__()
        self.enter = nn.Linear(9, width)
        self.places = nn.Embedding(64, width)
        self.leave = nn.Sequential(nn.LayerNorm(width), nn.ReLU(), nn.Linear(width, 1))

    def forward(self, table: torch.Tensor) -> torch.Tensor:
        places = torch.arange(table.size(0), device=table.device)
        return self.leave(self.enter(table) + 0.3 * self.places(places))


torch.manual_seed(1)
features, target = make_regression(960, 9, noise=4.0, random_state=0)
table = torch.tensor(features, dtype=torch.float32)
wanted = torch.tensor(target / target.std(), dtype=torch.float32).unsqueeze(1)
batches = DataLoader(TensorDataset(table, wanted), batch_size=32, shuffle=True)
net = Rows()
adam = torch.optim.AdamW(net.parameters(), lr=5e-3)
for epoch in range(6):
    for rows, values in batches:
        predicted = net(rows)  # expect: NUM803
        loss = nn.functional.mse_loss(predicted, values)
        adam.zero_grad(set_to_none=True)
        loss.backward()
        adam.step()
    print(f"{epoch} {loss.item():.4f}")
