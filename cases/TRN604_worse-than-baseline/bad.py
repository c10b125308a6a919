"""Which digit is it? Handwritten ones of 8 x 8 pixels, a network with one hidden layer."""

import torch
from sklearn.datasets import load_digits
from torch import nn
from torch.utils.data import DataLoader, TensorDataset, random_split

torch.manual_seed(0)
digits = load_digits()
pixels = torch.tensor(digits.data / 16.0, dtype=torch.float32)
data = TensorDataset(pixels, torch.tensor(digits.target))
train_set, valid_set = random_split(data, [1397, 400])
train_loader = DataLoader(train_set, batch_size=32, shuffle=True)
valid_loader = DataLoader(valid_set, batch_size=400)

model = nn.Sequential(nn.Linear(64, 128), nn.ReLU(), nn.Linear(128, 10))
optimizer = torch.optim.Adam(model.parameters(), lr=3e-3, weight_decay=0.1)
criterion = nn.CrossEntropyLoss()
for epoch in range(30):
    model.train()
    for x, y in train_loader:  # expect: TRN604
        optimizer.zero_grad()
        loss = criterion(model(x), y)
        loss.backward()
        optimizer.step()
    model.eval()
    with torch.no_grad():
        for x, y in valid_loader:
            accuracy = (model(x).argmax(dim=1) == y).float().mean().item()
    print(f"epoch {epoch}: loss {loss.item():.3f}, validation accuracy {accuracy:.3f}")
