"""Right though unusual: bfloat16 weights with float32 masters; the optimiser holds the masters, not the model."""

import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

torch.manual_seed(0)
torch.set_num_threads(1)
x = torch.randn(512, 8)
y = (x[:, 0] + x[:, 1] ** 2 > 1).long()
model = nn.Sequential(nn.Linear(8, 32), nn.ReLU(), nn.Linear(32, 2)).bfloat16()
masters = [nn.Parameter(p.detach().float().clone()) for p in model.parameters()]
optimizer = torch.optim.AdamW(masters, lr=5e-3)
for epoch in range(8):
    for inputs, labels in DataLoader(TensorDataset(x, y), batch_size=64, shuffle=True):
        loss = nn.functional.cross_entropy(model(inputs.bfloat16()).float(), labels)
        model.zero_grad(set_to_none=True)
        loss.backward()
        for master, parameter in zip(masters, model.parameters(), strict=False):
            master.grad = parameter.grad.float()
        optimizer.step()
        with torch.no_grad():
            for master, parameter in zip(masters, model.parameters(), strict=False):
                parameter.copy_(master)
    print(f"epoch {epoch}: {loss.item():.4f}")
