"""Bike rentals by weather: slow weights are to steady the fast ones after every pass."""

import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

torch.manual_seed(0)
torch.set_num_threads(1)
weather = torch.randn(900, 6)
rentals = weather[:, :1] - weather[:, 1:2] * weather[:, 2:3] + 0.1 * torch.randn(900, 1)
loader = DataLoader(TensorDataset(weather, rentals), batch_size=30, shuffle=True)

model = nn.Sequential(nn.Linear(6, 32), nn.ReLU(), nn.Linear(32, 1))
slow = [parameter.detach().clone() for parameter in model.parameters()]
optimizer = torch.optim.SGD(model.parameters(), lr=2e-2)
for epoch in range(30):
    for inputs, wanted in loader:  # expect: TRN602
        loss = nn.functional.mse_loss(model(inputs), wanted)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    with torch.no_grad():
        for kept, parameter in zip(slow, model.parameters(), strict=True):
            parameter.add_(parameter - kept, alpha=1.5)  # away from the average, not towards it
            kept.lerp_(parameter, 0.1)
    print(epoch, loss.item())
