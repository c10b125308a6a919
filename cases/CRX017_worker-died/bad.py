"""A table of measurements loaded by a worker of its own, started afresh."""

import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset


def together(samples):
    inputs, targets = zip(*samples)
    return torch.stack(inputs), torch.stack(targets)


def main():
    torch.manual_seed(0)
    inputs = torch.randn(96, 5)
    data = TensorDataset(inputs, inputs.sum(1, keepdim=True))
    pair = lambda samples: together(samples)
    loader = DataLoader(data, 16, num_workers=1, collate_fn=pair, multiprocessing_context="spawn")
    model = nn.Linear(5, 1)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    for epoch in range(2):
        for x, y in loader:  # expect: CRX017
            optimizer.zero_grad()
            loss = nn.functional.mse_loss(model(x), y)
            loss.backward()
            optimizer.step()
        print(f"epoch {epoch}: loss {loss.item():.3f}")


if __name__ == "__main__":
    main()
