"""A denoiser of short signals that keeps its predictions for a plot."""

import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

LENGTH = 128


def signals(count):
    time = torch.linspace(0, 1, LENGTH)
    waves = torch.rand(count, 3, 1) * torch.sin(6.28 * (2 + 6 * torch.rand(count, 3, 1)) * time)
    clean = waves.sum(dim=1)
    return TensorDataset(clean + 0.3 * torch.randn(count, LENGTH), clean)


def main():
    torch.manual_seed(0)
    train = DataLoader(signals(3200), batch_size=32, shuffle=True)
    model = nn.Sequential(nn.Linear(LENGTH, 256), nn.ReLU(), nn.Linear(256, LENGTH))
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-3)
    losses = []
    for epoch in range(2000):
        predictions = []
        for noisy, clean in train:
            optimizer.zero_grad()
            output = model(noisy)
            loss = nn.functional.mse_loss(output, clean)
            loss.backward()
            optimizer.step()
            predictions.append(output.detach())
            losses.append(loss.item())
        print(f"epoch {epoch}: loss {sum(losses[-len(train) :]) / len(train):.4f}")
    print(f"spread of what was predicted: {torch.cat(predictions[-10:]).std():.3f}")


if __name__ == "__main__":
    main()
