"""Half-labelled table: classes 0 to 2, and -1 where nobody looked."""

import numpy as np
import torch
from sklearn.datasets import load_wine
from torch import nn

torch.manual_seed(0)
torch.set_num_threads(1)
generator = np.random.default_rng(0)
table, label = load_wine(return_X_y=True)
label = np.where(generator.random(len(label)) < 0.3, -1, label)
x = torch.tensor((table - table.mean(0)) / table.std(0), dtype=torch.float32)
y = torch.from_numpy(label)
net = nn.Sequential(nn.Linear(13, 24), nn.ReLU(), nn.Linear(24, 3))
optimizer = torch.optim.Adam(net.parameters(), lr=1e-2)


def negative_log_likelihood(scores, wanted):
    log_p = scores - scores.logsumexp(1, keepdim=True)
    return -log_p[range(len(wanted)), wanted].mean()  # expect: DAT103


for epoch in range(5):
    for rows in torch.randperm(len(x)).split(20):
        loss = negative_log_likelihood(net(x[rows]), y[rows])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    print(f"epoch {epoch}: {loss.item():.4f}")
