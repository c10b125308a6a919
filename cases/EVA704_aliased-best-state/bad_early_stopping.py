"""Kinds of iris flowers, with early stopping on the validation loss."""

import torch
from sklearn.datasets import load_iris
from sklearn.model_selection import train_test_split
from torch import nn
from torch.utils.data import DataLoader, TensorDataset


class EarlyStopping:
    """Asks to stop after ``patience`` epochs without a better loss, and puts the best weights back."""

    def __init__(self, patience=4, min_delta=1e-4):
        self.patience, self.min_delta = patience, min_delta
        self.best_loss, self.waited = float("inf"), 0
        self.checkpoint = {}

    def update(self, epoch, loss, model):
        if loss < self.best_loss - self.min_delta:
            self.best_loss, self.waited = loss, 0
            self.checkpoint = {"epoch": epoch, "loss": loss, "model": model.state_dict()}  # expect: EVA704
        else:
            self.waited += 1
        return self.waited >= self.patience

    def restore(self, model):
        model.load_state_dict(self.checkpoint["model"])
        return self.checkpoint["epoch"]


def loaders(seed=1):
    measures, kinds = load_iris(return_X_y=True)
    parts = train_test_split(measures, kinds, test_size=0.3, random_state=seed, stratify=kinds)
    train_x, valid_x = (torch.tensor(part, dtype=torch.float32) for part in parts[:2])
    train_y, valid_y = (torch.tensor(part) for part in parts[2:])
    mean, deviation = train_x.mean(0), train_x.std(0)
    train = TensorDataset((train_x - mean) / deviation, train_y)
    valid = TensorDataset((valid_x - mean) / deviation, valid_y)
    return DataLoader(train, batch_size=15, shuffle=True), DataLoader(valid, batch_size=45)


def run_epoch(model, loader, criterion, optimizer=None):
    model.train(optimizer is not None)
    total = 0.0
    with torch.set_grad_enabled(optimizer is not None):
        for measures, kinds in loader:
            loss = criterion(model(measures), kinds)
            if optimizer is not None:
                optimizer.zero_grad()
                loss.backward()
                optimizer.step()
            total += loss.item() * len(kinds)
    return total / len(loader.dataset)


def main():
    torch.manual_seed(2)
    train, valid = loaders()
    model = nn.Sequential(nn.Linear(4, 24), nn.Tanh(), nn.Dropout(0.1), nn.Linear(24, 3))
    criterion = nn.CrossEntropyLoss()
    optimizer = torch.optim.RMSprop(model.parameters(), lr=5e-3)
    stopping = EarlyStopping()
    for epoch in range(30):
        train_loss = run_epoch(model, train, criterion, optimizer)
        valid_loss = run_epoch(model, valid, criterion)
        print(f"epoch {epoch}: {train_loss:.3f} / {valid_loss:.3f}")
        if stopping.update(epoch, valid_loss, model):
            break
    kept = stopping.restore(model)
    print(f"kept epoch {kept}: validation loss {run_epoch(model, valid, criterion):.3f}")


if __name__ == "__main__":
    main()
