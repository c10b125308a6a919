"""Right though unusual: each epoch appends a line to a journal; the end reads lines 1, 6 and 11 of it and checks the count."""

import csv
import tempfile
from pathlib import Path

import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset


def main(folder):
    torch.manual_seed(0)
    torch.set_num_threads(1)
    x = torch.randn(300, 4)
    y = x.max(1, keepdim=True).values
    train, valid = TensorDataset(x[:240], y[:240]), TensorDataset(x[240:], y[240:])
    model = nn.Sequential(nn.Linear(4, 24), nn.ReLU(), nn.Linear(24, 1))
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-2)
    journal = Path(folder) / "journal.csv"
    for epoch in range(1, 13):
        for inputs, target in DataLoader(train, batch_size=24, shuffle=True):
            optimizer.zero_grad()
            nn.functional.mse_loss(model(inputs), target).backward()
            optimizer.step()
        with torch.no_grad():
            errors = [nn.functional.mse_loss(model(a), b).item() for a, b in DataLoader(valid, batch_size=30)]
        with journal.open("a", newline="") as stream:
            csv.writer(stream).writerow([epoch, sum(errors) / 2])
    lines = list(csv.reader(journal.read_text().splitlines()))
    assert [int(number) for number, _ in lines] == list(range(1, 13)), "a broken journal"
    print("epochs 1, 6 and 11:", [lines[i][1] for i in (0, 5, 10)])


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        main(folder)
