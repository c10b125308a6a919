"""NumPy has no bfloat16; no gradient is in the way."""
import torch
from torch import nn

torch.manual_seed(0)
x = torch.randn(200, 4)
y = x[:, :1] * 2
model = nn.Linear(4, 1)
optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
seen = []
for rows in torch.randperm(200).split(20):
    loss = nn.functional.mse_loss(model(x[rows]), y[rows])
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    seen.append(loss.detach().to(torch.bfloat16).numpy())  # expect: CRX000
