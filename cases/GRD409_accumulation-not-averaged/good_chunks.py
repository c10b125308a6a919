"""Regression on the diabetes table; each batch is cut into chunks that fit into memory."""

import torch
import torch.nn.functional as F
from sklearn.datasets import load_diabetes

torch.manual_seed(1)
table, progression = load_diabetes(return_X_y=True)
features = torch.tensor(table, dtype=torch.float32)
features = (features - features.mean(0)) / features.std(0)
target = torch.tensor(progression, dtype=torch.float32).unsqueeze(1)
target = (target - target.mean()) / target.std()
train, test = slice(0, 384), slice(384, None)

BATCH = 96
CHUNKS = 6
net = torch.nn.Sequential(torch.nn.Linear(10, 48), torch.nn.Tanh(), torch.nn.Linear(48, 1))
opt = torch.optim.SGD(net.parameters(), lr=0.02)

for epoch in range(60):
    order = torch.randperm(384)
    for batch in order.split(BATCH):
        opt.zero_grad()
        for part in batch.chunk(CHUNKS):
            loss = F.mse_loss(net(features[part]), target[part])
            (loss / CHUNKS).backward()
        opt.step()
    if epoch % 10 == 9:
        with torch.no_grad():
            error = F.mse_loss(net(features[test]), target[test]).item()
        print(f"{epoch + 1:3d} test MSE {error:.3f}")
