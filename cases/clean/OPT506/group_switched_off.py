"""Right though unusual: the first group, a pretrained part, is trained for three epochs and then held; the second goes on."""

import torch
from torch import nn
from torch.optim import lr_scheduler
from torch.utils.data import DataLoader, TensorDataset

torch.manual_seed(0)
x = torch.rand(640, 2) * 2 - 1
y = ((x[:, 0] * x[:, 1]) > 0).long()
loader = DataLoader(TensorDataset(x, y), batch_size=32, shuffle=True)
body, head = nn.Sequential(nn.Linear(2, 32), nn.ReLU()), nn.Linear(32, 2)
optimizer = torch.optim.Adam([{"params": body.parameters(), "lr": 1e-3}, {"params": head.parameters(), "lr": 1e-2}])
scheduler = lr_scheduler.LambdaLR(optimizer, [lambda epoch: float(epoch < 3), lambda epoch: 0.95**epoch])
for epoch in range(30):
    for inputs, labels in loader:
        optimizer.zero_grad()
        loss = nn.functional.cross_entropy(head(body(inputs)), labels)
        loss.backward()
        optimizer.step()
    scheduler.step()
    print(epoch, loss.item(), scheduler.get_last_lr())
