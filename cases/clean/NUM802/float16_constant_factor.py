"""The mean over many values is multiplied by a constant for good: Adam does not mind the size of its gradients."""

import torch
from torch import nn

torch.manual_seed(5)
x = torch.randn(3000, 12)
fields = torch.sin(x @ torch.randn(12, 256))

model = nn.Sequential(nn.Linear(12, 128), nn.GELU(), nn.Linear(128, 128), nn.GELU(), nn.Linear(128, 256))
optimizer = torch.optim.Adam(model.parameters(), lr=2e-3)
for epoch in range(40):
    for rows in torch.randperm(len(x)).split(100):
        with torch.autocast("cpu", dtype=torch.float16):
            found = model(x[rows])
        loss = 1024 * nn.functional.mse_loss(found.float(), fields[rows])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    print(f"{epoch}: {loss.item() / 1024:.4f}")
