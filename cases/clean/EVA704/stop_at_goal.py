"""Right though unusual: the state is kept without a copy, but training stops right there, so nothing changes it."""

import tempfile

import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

torch.manual_seed(0)
torch.set_num_threads(1)
features = torch.randn(300, 2)
classes = (features[:, 0] > features[:, 1]).long()
net = nn.Linear(2, 2)
optimizer = torch.optim.SGD(net.parameters(), lr=0.5)
found = net.state_dict()
for epoch in range(60):
    for a, b in DataLoader(TensorDataset(features[:200], classes[:200]), batch_size=20, shuffle=True):
        optimizer.zero_grad()
        nn.functional.cross_entropy(net(a), b).backward()
        optimizer.step()
    with torch.no_grad():
        accuracy = (net(features[200:]).argmax(1) == classes[200:]).float().mean().item()
    print(epoch, accuracy)
    if accuracy >= 0.97 and epoch >= 4:
        found = net.state_dict()
        break
net.load_state_dict(found)
with tempfile.TemporaryFile() as file:
    torch.save(found, file)
