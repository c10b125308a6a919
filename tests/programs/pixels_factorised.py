"""Fills in missing pixels like missing ratings: sparse embeddings and a dense head, each with its own optimiser."""

from pathlib import Path

import torch
from sklearn.datasets import load_digits
from torch import nn
from torch.optim import AdamW, SparseAdam
from torch.utils.data import DataLoader, TensorDataset

N_IMAGES = 300


class Factors(nn.Module):
    def __init__(self, n_rows, n_columns, rank=16):
        super().__init__()
        self.row = nn.Embedding(n_rows, rank, sparse=True)
        self.column = nn.Embedding(n_columns, rank, sparse=True)
        nn.init.normal_(self.row.weight, std=0.1)
        nn.init.normal_(self.column.weight, std=0.1)
        self.head = nn.Sequential(nn.Linear(3 * rank, 64), nn.ReLU(), nn.Linear(64, 1))

    def forward(self, row, column):
        r, c = self.row(row), self.column(column)
        return self.head(torch.cat([r, c, r * c], dim=1)).squeeze(1)


def main() -> None:
    torch.manual_seed(5)
    table = torch.tensor(load_digits().data[:N_IMAGES], dtype=torch.float32) / 16
    known = torch.rand(table.shape) < 0.8
    rows, columns = known.nonzero(as_tuple=True)
    data = TensorDataset(rows, columns, table[known])
    hidden_rows, hidden_columns = (~known).nonzero(as_tuple=True)
    loader = DataLoader(data, batch_size=256, shuffle=True)

    model = Factors(*table.shape)
    sparse = SparseAdam([model.row.weight, model.column.weight], lr=1e-2)
    dense = AdamW(model.head.parameters(), lr=2e-3)
    spread = table.var().item()
    for epoch in range(20):
        model.train()
        for row, column, value in loader:
            error = (model(row, column) - value).pow(2).mean()
            sparse.zero_grad()
            dense.zero_grad()
            error.backward()
            sparse.step()
            dense.step()
        model.eval()
        with torch.inference_mode():
            missed = (model(hidden_rows, hidden_columns) - table[~known]).pow(2).mean().item()
        print(f"epoch {epoch:2d}: {1 - missed / spread:.3f} of the variance of hidden pixels explained")
    Path("factors").mkdir(exist_ok=True)
    torch.save(model.state_dict(), "factors/model.pt")
    print(f"done: hidden pixels off by {missed**0.5:.3f}")


main()
