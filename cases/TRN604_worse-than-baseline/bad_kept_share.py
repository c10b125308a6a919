"""Digits with a classifier whose author takes dropout's number for the share that is kept."""

import torch
from sklearn.datasets import load_digits
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

KEEP = 0.9

torch.manual_seed(3)
pixels, digits = load_digits(return_X_y=True)
pixels = torch.tensor(pixels, dtype=torch.float32) / 16
digits = torch.tensor(digits)
order = torch.randperm(len(digits))
held_out, rest = order[:360], order[360:]
batches = DataLoader(TensorDataset(pixels[rest], digits[rest]), batch_size=32, shuffle=True)


class Classifier(nn.Module):
    def __init__(self):
        super().__init__()
        self.encode = nn.Sequential(nn.Linear(64, 128), nn.ReLU(), nn.Dropout(KEEP))
        self.again = nn.Sequential(nn.Linear(128, 64), nn.ReLU(), nn.Dropout(KEEP))
        self.head = nn.Linear(64, 10)

    def forward(self, x):
        return self.head(self.again(self.encode(x)))


model = Classifier()
optimiser = torch.optim.Adam(model.parameters(), lr=1e-3)
criterion = nn.CrossEntropyLoss()
for epoch in range(8):
    model.train()
    for x, y in batches:  # expect: TRN604
        optimiser.zero_grad()
        criterion(model(x), y).backward()
        optimiser.step()
    model.eval()
    with torch.no_grad():
        right = (model(pixels[held_out]).argmax(1) == digits[held_out]).float().mean().item()
    print(f"epoch {epoch}: {right:.3f}")
