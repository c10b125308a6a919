"""Right though unusual: the backbone joins the optimiser in the middle of training, through a table of actions."""

import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

torch.manual_seed(0)
torch.set_num_threads(1)
x = torch.randn(512, 10)
y = (x[:, :5].pow(2).sum(1) > x[:, 5:].pow(2).sum(1)).long()
loader = DataLoader(TensorDataset(x, y), batch_size=64, shuffle=True)
head = nn.Linear(64, 2)
optimizer = torch.optim.Adam(head.parameters(), lr=1e-2)
backbone = nn.Sequential(nn.Linear(10, 64), nn.ReLU())
model = nn.Sequential(backbone, head)
actions = {6: lambda: optimizer.add_param_group({"params": backbone.parameters(), "lr": 3e-3})}
for epoch in range(20):
    actions.get(epoch, lambda: None)()
    for inputs, labels in loader:
        loss = nn.functional.cross_entropy(model(inputs), labels)
        model.zero_grad()
        loss.backward()
        optimizer.step()
    print(f"epoch {epoch}: loss {loss.item():.3f}, groups {len(optimizer.param_groups)}")
