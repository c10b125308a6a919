"""Right though unusual: the outputs of the last batch are cut from the graph in the loop and go to NumPy after it."""

import numpy as np
import torch
from torch import nn

torch.manual_seed(0)
torch.set_num_threads(1)
x = torch.linspace(-1, 1, 200)[:, None]
y = x**3 - 0.5 * x
model = nn.Sequential(nn.Linear(1, 24), nn.Tanh(), nn.Linear(24, 1))
optimizer = torch.optim.Adam(model.parameters(), lr=0.02)
for epoch in range(10):
    order = torch.randperm(200).split(25)
    for i, rows in enumerate(order):
        outputs = model(x[rows])
        loss = nn.functional.mse_loss(outputs, y[rows])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        if i == len(order) - 1:
            outputs = outputs.detach()
    spread = np.percentile(outputs.numpy(), [10, 90])
    print(epoch, loss.item(), "spread", float(spread[1] - spread[0]))
