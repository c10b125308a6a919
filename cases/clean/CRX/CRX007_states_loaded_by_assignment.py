"""Right though unusual: a skeleton on the meta device gets trained weights by assignment; before that it refuses to predict."""

import torch
from sklearn.datasets import load_wine
from torch import nn


class Classifier(nn.Module):
    def __init__(self):
        super().__init__()
        self.norm, self.out = nn.LayerNorm(13), nn.Linear(13, 3)

    def forward(self, x):
        return self.out(self.norm(x))


def predict(model, x):
    try:
        with torch.no_grad():
            return model(x).argmax(1).tolist()
    except (RuntimeError, NotImplementedError):
        return None


torch.manual_seed(0)
torch.set_num_threads(1)
table = load_wine()
x = torch.tensor((table.data - table.data.mean(0)) / table.data.std(0), dtype=torch.float32)
y, order = torch.tensor(table.target), torch.randperm(178)
model = Classifier()
with torch.device("meta"):
    skeleton = Classifier()
print("empty:", predict(skeleton, x[order[150:]]))
optimizer = torch.optim.Adam(model.parameters(), lr=2e-2)
for epoch in range(6):
    for rows in order[:150].split(15):
        optimizer.zero_grad()
        nn.functional.cross_entropy(model(x[rows]), y[rows]).backward()
        optimizer.step()
    with torch.no_grad():
        print(epoch, nn.functional.cross_entropy(model(x[order[150:]]), y[order[150:]]).item())
skeleton.load_state_dict(model.state_dict(), assign=True)
assert predict(skeleton, x[order[150:]]) == predict(model, x[order[150:]])
