"""Gestures from six channels of a wrist band; a one-dimensional CNN with BatchNorm and Dropout."""

import torch
from torch import nn, optim
from torch.utils.data import DataLoader, TensorDataset


def recordings(count):
    labels = torch.randint(0, 4, (count,))
    time = torch.arange(32) / 32
    waves = torch.sin(2 * torch.pi * (labels[:, None, None] + 1) * time + torch.rand(count, 6, 1))
    return TensorDataset(waves + 0.5 * torch.randn(count, 6, 32), labels)


def build():
    return nn.Sequential(
        nn.Conv1d(6, 16, kernel_size=5, padding=2),
        nn.BatchNorm1d(16),
        nn.ReLU(),
        nn.AdaptiveAvgPool1d(8),
        nn.Flatten(),
        nn.Dropout(0.5),
        nn.Linear(128, 4),
    )


def evaluate(model, loader, criterion):
    loss, correct = 0.0, 0
    with torch.no_grad():
        for signal, gesture in loader:
            scores = model(signal)  # expect: EVA701
            loss += criterion(scores, gesture).item() * len(gesture)
            correct += (scores.argmax(dim=-1) == gesture).sum().item()
    return loss / len(loader.dataset), correct / len(loader.dataset)


def main(epochs=4):
    torch.manual_seed(11)
    train_loader = DataLoader(recordings(480), batch_size=32, shuffle=True)
    valid_loader = DataLoader(recordings(128), batch_size=64)
    model = build()
    criterion = nn.CrossEntropyLoss()
    optimizer = optim.AdamW(model.parameters(), lr=2e-3)
    for epoch in range(1, epochs + 1):
        model.train()
        for signal, gesture in train_loader:
            optimizer.zero_grad(set_to_none=True)
            criterion(model(signal), gesture).backward()
            optimizer.step()
        loss, accuracy = evaluate(model, valid_loader, criterion)
        print(f"epoch {epoch}: validation loss {loss:.3f}, accuracy {accuracy:.3f}")


if __name__ == "__main__":
    main()
