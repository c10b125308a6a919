"""Kind and alcohol content of a wine from its other measurements: two tasks, dict batches, early stopping."""

import copy
import os

import torch
import torch.nn as nn
from sklearn.datasets import load_wine
from torch.utils.data import DataLoader, Dataset


class WineDataset(Dataset):
    def __init__(self, table, kinds, rows, mean, std):
        table = (table - mean) / std
        self.alcohol, self.features, self.kinds = table[rows, 0], table[rows, 1:], kinds[rows]

    def __len__(self):
        return len(self.kinds)

    def __getitem__(self, i):
        return {"features": self.features[i], "kind": self.kinds[i], "alcohol": self.alcohol[i]}


class TwoHeads(nn.Module):
    def __init__(self, n_features=12, hidden=48, n_kinds=3):
        super().__init__()
        self.trunk = nn.Sequential(nn.Linear(n_features, hidden), nn.SiLU(), nn.Dropout(0.1))
        self.kind_head = nn.Linear(hidden, n_kinds)
        self.alcohol_head = nn.Sequential(nn.Linear(hidden, 16), nn.SiLU(), nn.Linear(16, 1))

    def forward(self, features):
        h = self.trunk(features)
        return {"kind": self.kind_head(h), "alcohol": self.alcohol_head(h).squeeze(-1)}


def combined_loss(outputs, kind, alcohol, weight=0.5):
    ce = nn.functional.cross_entropy(outputs["kind"], kind)
    mse = nn.functional.mse_loss(outputs["alcohol"], alcohol)
    return ce + weight * mse


def train(model, loader, optimizer):
    model.train()
    for batch in loader:
        kind = batch.pop("kind")
        alcohol = batch.pop("alcohol")
        outputs = model(**batch)
        loss = combined_loss(outputs, kind, alcohol)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()


@torch.no_grad()
def validate(model, loader):
    model.eval()
    loss = right = 0.0
    for batch in loader:
        kind, alcohol = batch.pop("kind"), batch.pop("alcohol")
        outputs = model(**batch)
        loss += combined_loss(outputs, kind, alcohol).item() * len(kind)
        right += (outputs["kind"].argmax(1) == kind).sum().item()
    return loss / len(loader.dataset), right / len(loader.dataset)


torch.manual_seed(77)
measurements, kinds = load_wine(return_X_y=True)
measurements, kinds = torch.tensor(measurements, dtype=torch.float32), torch.tensor(kinds)
rows = torch.randperm(len(kinds))
train_rows, val_rows = rows[:130], rows[130:]
mean, std = measurements[train_rows].mean(0), measurements[train_rows].std(0)
train_loader = DataLoader(WineDataset(measurements, kinds, train_rows, mean, std), batch_size=16, shuffle=True)
val_loader = DataLoader(WineDataset(measurements, kinds, val_rows, mean, std), batch_size=48)

model = TwoHeads()
optimizer = torch.optim.Adam(model.parameters(), lr=5e-3, weight_decay=1e-4)
plateau = torch.optim.lr_scheduler.ReduceLROnPlateau(optimizer, factor=0.3, patience=4)
best_loss, best_weights, bad_epochs, patience = float("inf"), None, 0, 12
for epoch in range(200):
    train(model, train_loader, optimizer)
    val_loss, val_acc = validate(model, val_loader)
    plateau.step(val_loss)
    if val_loss < best_loss:
        best_loss, best_weights, bad_epochs = val_loss, copy.deepcopy(model.state_dict()), 0
    else:
        bad_epochs += 1
        if bad_epochs >= patience:
            print(f"no progress for {patience} epochs, stopping after epoch {epoch}")
            break

if best_weights is not None:
    model.load_state_dict(best_weights)
val_loss, val_acc = validate(model, val_loader)
os.makedirs("wine2", exist_ok=True)
torch.save(model.state_dict(), os.path.join("wine2", "best.pt"))
print(f"done: joint loss {val_loss:.3f}, {val_acc:.1%} of kinds right")
