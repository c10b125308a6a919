"""A deep linear net from a tiny start: nothing comes out at first, then one mode after the other is learnt."""

import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

torch.manual_seed(0)
torch.set_num_threads(1)
x = torch.randn(300, 6)
teacher = torch.linalg.qr(torch.randn(6, 6))[0] @ torch.diag(torch.tensor([3.0, 2.0, 1.0, 0.0, 0.0, 0.0]))
y = x @ teacher
loader = DataLoader(TensorDataset(x, y), batch_size=30, shuffle=True)

model = nn.Sequential(nn.Linear(6, 12, bias=False), nn.Linear(12, 12, bias=False), nn.Linear(12, 6, bias=False))
for layer in model:
    nn.init.normal_(layer.weight, std=3e-2)  # the rich regime: the smaller, the clearer the steps of the loss
optimizer = torch.optim.SGD(model.parameters(), lr=5e-2)
for epoch in range(60):
    for inputs, wanted in loader:
        optimizer.zero_grad()
        loss = nn.functional.mse_loss(model(inputs), wanted)
        loss.backward()
        optimizer.step()
    if epoch % 5 == 0:
        singular = torch.linalg.svdvals(model[2].weight @ model[1].weight @ model[0].weight)[:3]
        print(epoch, round(loss.item(), 4), singular.detach().round(decimals=2).tolist())
