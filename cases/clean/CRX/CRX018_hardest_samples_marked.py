"""Right though unusual: the evaluation marks each sample with its loss; the hardest fifth are then stacked with their marks."""

from types import SimpleNamespace

import torch
from sklearn.datasets import load_wine
from torch import nn
from torch.utils.data import DataLoader

torch.manual_seed(0)
torch.set_num_threads(1)
bottles, kinds = load_wine(return_X_y=True)
bottles = torch.tensor(bottles, dtype=torch.float32)
bottles = (bottles - bottles.mean(0)) / bottles.std(0)
samples = [SimpleNamespace(x=x, y=int(y)) for x, y in zip(bottles, kinds)]


def columns(batch):
    return torch.stack([s.x for s in batch]), torch.tensor([s.y for s in batch])


model = nn.Sequential(nn.Linear(13, 8), nn.Tanh(), nn.Linear(8, 3))
optimizer = torch.optim.Adam(model.parameters(), lr=1e-2)


def train(data, epochs):
    for epoch in range(epochs):
        for x, y in DataLoader(data, batch_size=16, shuffle=True, collate_fn=columns):
            loss = nn.functional.cross_entropy(model(x), y)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
    return loss.item()


print("all", train(samples, 6))
model.eval()
with torch.no_grad():
    for sample in samples:
        sample.loss = nn.functional.cross_entropy(model(sample.x), torch.tensor(sample.y)).item()
model.train()
hardest = sorted(samples, key=lambda sample: sample.loss)[-len(samples) // 5 :]
marks, *_ = DataLoader([(s.loss, s.y) for s in hardest], batch_size=len(hardest))
print("hardest from", marks[0].min().item(), "to", marks[0].max().item())
print("hardest trained", train(hardest, 6))
