"""Right: the last output stands for "unknown", and such labels are -1 in the file: they are wrapped to it when read."""

import torch
from torch import nn

torch.manual_seed(1)
torch.set_num_threads(1)
CLASSES = 4
x = torch.randn(400, 6)
label = (x @ torch.randn(6, CLASSES)).argmax(1)
label[x.square().sum(1) > 10] = -1
label = label % (CLASSES + 1)
net = nn.Sequential(nn.Linear(6, 32), nn.ReLU(), nn.Linear(32, CLASSES + 1))
optimizer = torch.optim.Adam(net.parameters(), lr=1e-2)
for epoch in range(5):
    for rows in torch.randperm(400).split(40):
        log_p = net(x[rows]).log_softmax(1)
        loss = -log_p[torch.arange(len(rows)), label[rows]].mean()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    print(f"epoch {epoch}: {loss.item():.3f}")
