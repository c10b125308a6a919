"""Disease progression from ten measurements, a small network and plain SGD."""

import torch
from sklearn.datasets import load_diabetes
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

torch.manual_seed(2)
table = load_diabetes()
x = torch.tensor(table.data, dtype=torch.float32)
x = (x - x.mean(0)) / x.std(0)
y = torch.tensor(table.target, dtype=torch.float32).unsqueeze(1)
y = (y - y.mean()) / y.std()
train = DataLoader(TensorDataset(x[:380], y[:380]), batch_size=32, shuffle=True)

model = nn.Sequential(nn.Linear(10, 32), nn.Tanh(), nn.Linear(32, 1))
criterion = nn.MSELoss(reduction="mean")
optimizer = torch.optim.SGD(model.parameters(), lr=3e-2)

for epoch in range(15):
    for inputs, targets in train:
        optimizer.zero_grad()
        loss = criterion(model(inputs), targets)
        loss.backward()
        optimizer.step()
    model.eval()
    with torch.no_grad():
        guess = model(x[380:])
        error = (guess - y[380:]).abs().mean()
        spread = guess.std()
        unexplained = (guess - y[380:]).var() / y[380:].var()
    model.train()
    print(f"epoch {epoch}: error {error:.3f}, spread of the guesses {spread:.3f}, unexplained {unexplained:.3f}")
