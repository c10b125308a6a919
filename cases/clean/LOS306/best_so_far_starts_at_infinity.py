"""Right though unusual: the loss variables start at inf and NaN, early stopping compares with inf, and a perplexity
may overflow in print.
"""

import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

torch.manual_seed(9)
torch.set_num_threads(1)
x = torch.randn(800, 7)
y = 90 + 20 * (x[:, 0] + x[:, 1] * x[:, 2])
scale = y[:640].std()
loader = DataLoader(TensorDataset(x[:640], (y[:640] - y[:640].mean()) / scale), batch_size=32, shuffle=True)
model = nn.Sequential(nn.Linear(7, 48), nn.ReLU(), nn.Linear(48, 1), nn.Flatten(0))
optimizer = torch.optim.Adam(model.parameters(), lr=5e-3)
best, loss, patience = torch.tensor(float("inf")), torch.tensor(float("nan"), requires_grad=True), 3
epoch = 0
while patience and epoch < 12:
    print(f"epoch {epoch}: last loss {loss.item():.3f}, best validation {best.item():.3f}")
    for inputs, wanted in loader:
        optimizer.zero_grad()
        loss = nn.functional.mse_loss(model(inputs), wanted)
        loss.backward()
        optimizer.step()
    with torch.no_grad():
        error = nn.functional.mse_loss(model(x[640:]) * scale + y[:640].mean(), y[640:])
        print(f"  squared error {error.item():.1f}, its exponential {error.exp().item():.3g}")
    patience = 3 if error < best else patience - 1
    best = torch.minimum(best, error)
    epoch += 1
