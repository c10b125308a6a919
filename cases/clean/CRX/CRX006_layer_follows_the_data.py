"""Right though unusual: the network takes the type of its data once a product was refused; all of it trains in float64."""

import numpy as np
import torch
from torch import nn

torch.manual_seed(0)
torch.set_num_threads(1)
rng = np.random.default_rng(0)
x = torch.from_numpy(rng.normal(size=(260, 6)))
y = x[:, :1] - 0.5 * x[:, 3:4]
model = nn.Sequential(nn.Linear(6, 10), nn.ReLU(), nn.Linear(10, 1))
try:
    model(x[:2])
except RuntimeError:
    model = model.to(x.dtype)
optimizer = torch.optim.LBFGS(model.parameters(), lr=0.5, max_iter=4)
for epoch in range(4):
    for rows in torch.randperm(200).split(50):

        def closure(rows=rows):
            optimizer.zero_grad()
            loss = nn.functional.mse_loss(model(x[rows]), y[rows])
            loss.backward()
            return loss

        optimizer.step(closure)
    with torch.no_grad():
        print(epoch, nn.functional.mse_loss(model(x[200:]), y[200:]).item())
