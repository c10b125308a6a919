"""A model in bfloat16 with a rate that suits it: enough weights move in each step."""

import torch
from sklearn.datasets import load_digits
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

torch.manual_seed(0)
images, labels = load_digits(return_X_y=True)
x = torch.tensor((images - 5) / 6, dtype=torch.float32)
y = torch.tensor(labels)
loader = DataLoader(TensorDataset(x[:1400], y[:1400]), batch_size=64, shuffle=True)

model = nn.Sequential(nn.Linear(64, 128), nn.ReLU(), nn.Linear(128, 128), nn.ReLU(), nn.Linear(128, 10)).bfloat16()
optimizer = torch.optim.Adam(model.parameters(), lr=1e-3)
for epoch in range(10):
    for inputs, targets in loader:
        loss = nn.functional.cross_entropy(model(inputs.bfloat16()).float(), targets)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    print(f"{epoch}: loss {loss.item():.3f}")
