"""Wheat kinds 1, 2 and 3 from seven kernel measurements."""

import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset


def kernels(count):
    kind = torch.randint(1, 4, (count,))
    measured = torch.randn(count, 7) + 2.0 * nn.functional.one_hot(kind, 7)
    return measured, kind


def main():
    torch.manual_seed(0)
    measured, kind = kernels(300)
    loader = DataLoader(TensorDataset(measured, kind), batch_size=30, shuffle=True)
    model = nn.Sequential(nn.Linear(7, 32), nn.ReLU(), nn.Linear(32, 3))
    criterion = nn.CrossEntropyLoss()
    optimizer = torch.optim.Adam(model.parameters(), lr=5e-3)
    for epoch in range(5):
        for inputs, labels in loader:
            optimizer.zero_grad()
            loss = criterion(model(inputs), labels)  # expect: CRX008
            loss.backward()
            optimizer.step()
        print(f"epoch {epoch}: loss {loss.item():.3f}")


if __name__ == "__main__":
    main()
