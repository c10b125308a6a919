"""Counts the parameters first, then trains them."""

import torch

torch.manual_seed(0)
model = torch.nn.Sequential(torch.nn.Linear(3, 16), torch.nn.Tanh(), torch.nn.Linear(16, 1))
parameters = model.parameters()
print("parameters:", sum(p.numel() for p in parameters))
optimizer = torch.optim.SGD(parameters, lr=0.05)  # expect: CRX015
x = torch.randn(128, 3)
for rows in x.split(16):
    loss = (model(rows) - rows.norm(dim=1, keepdim=True)).pow(2).mean()
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
