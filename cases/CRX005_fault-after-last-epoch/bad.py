"""Rings and discs of points, with a summary written as JSON at the end."""

import json
import tempfile
from pathlib import Path

import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset


def points(count):
    outside = torch.randint(0, 2, (count,))
    angle, radius = 6.2832 * torch.rand(count), 0.6 * torch.rand(count) + outside
    return TensorDataset(torch.stack([radius * angle.cos(), radius * angle.sin()], dim=1), outside)


def main(folder):
    torch.manual_seed(0)
    train, valid = DataLoader(points(480), batch_size=40, shuffle=True), DataLoader(points(120), batch_size=120)
    model = nn.Sequential(nn.Linear(2, 24), nn.ReLU(), nn.Linear(24, 2))
    optimizer = torch.optim.Adam(model.parameters(), lr=0.02)
    summary = {"epochs": 5, "best_accuracy": 0.0}
    for epoch in range(summary["epochs"]):
        model.train()
        for inputs, outside in train:
            optimizer.zero_grad()
            loss = nn.functional.cross_entropy(model(inputs), outside)
            loss.backward()
            optimizer.step()
        model.eval()
        with torch.no_grad():
            inputs, outside = next(iter(valid))
            accuracy = (model(inputs).argmax(dim=1) == outside).float().mean()
        summary["best_accuracy"] = max(accuracy, summary["best_accuracy"])
        print(f"epoch {epoch}: accuracy {accuracy:.3f}")

    text = json.dumps(summary)  # expect: CRX005
    (folder / "summary.json").write_text(text)
    print("written", text)


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as name:
        main(Path(name))
