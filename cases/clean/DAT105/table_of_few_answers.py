"""Right though unusual: a questionnaire with few answers, in which many rows are equal."""

import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset, random_split

torch.manual_seed(0)
answers = torch.randint(0, 3, (1600, 4)).float()
bought = (answers.sum(1) + torch.randn(1600) > 4).long()
train_set, valid_set = random_split(TensorDataset(answers, bought), [1200, 400])
train, valid = DataLoader(train_set, 30, shuffle=True), DataLoader(valid_set, 400)
model = nn.Sequential(nn.Linear(4, 16), nn.ReLU(), nn.Linear(16, 2))
optimizer = torch.optim.Adam(model.parameters(), lr=5e-3)
for epoch in range(8):
    model.train()
    for x, y in train:
        optimizer.zero_grad()
        nn.functional.cross_entropy(model(x), y).backward()
        optimizer.step()
    model.eval()
    with torch.no_grad():
        for x, y in valid:
            print(epoch, (model(x).argmax(1) == y).float().mean().item())
