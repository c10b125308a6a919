"""Right though unusual: notes of the run are kept as a frame with a row for each epoch, and plotted from a tensor."""

import pandas as pd
import torch
from torch import nn

EPOCHS = 15
log = pd.DataFrame(None, index=range(EPOCHS), columns=["loss", "norm"], dtype=object)
log = log.where(log.notna(), None)
torch.manual_seed(2)
torch.set_num_threads(1)
x = torch.randn(200, 5)
y = x @ torch.tensor([1.0, -2.0, 0.0, 0.5, 3.0]) + 0.1 * torch.randn(200)
weight = torch.zeros(5, requires_grad=True)
optimizer = torch.optim.SGD([weight], lr=0.05)
for epoch in range(EPOCHS):
    total = 0.0
    for rows in torch.randperm(200).chunk(10):
        loss = (x[rows] @ weight - y[rows]).pow(2).mean()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        total += loss.item() / 10
    log.loc[epoch] = [total, weight.detach().norm().item()]
values = torch.tensor(log.infer_objects().to_numpy())
print("fall of the loss", (values[0, 0] / values[-1, 0]).item())
