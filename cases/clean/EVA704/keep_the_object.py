"""Right though unusual: the best model itself is put aside and training goes on with a copy.

The state taken from it therefore stays the best.
"""

import copy
import io

import torch
from torch import nn


def build():
    return nn.Sequential(nn.Linear(2, 24), nn.ReLU(), nn.Linear(24, 2))


torch.manual_seed(0)
torch.set_num_threads(1)
x = torch.randn(500, 2)
y = (x.norm(dim=1) > 1.2).long()
model = build()
best_state, best_score = None, -1.0
for epoch in range(10):
    optimizer = torch.optim.SGD(model.parameters(), lr=0.2)
    model.train()
    for rows in torch.randperm(400).split(20):
        loss = nn.functional.cross_entropy(model(x[rows]), y[rows])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    model.eval()
    with torch.no_grad():
        score = (model(x[400:]).argmax(1) == y[400:]).float().mean().item()
    if score > best_score:
        best_score, best_state = score, model.state_dict()
        model = copy.deepcopy(model)  # the one best_state belongs to is left alone from here on
    print(f"epoch {epoch}: loss {loss.item():.3f} score {score:.3f}")

final = build()
final.load_state_dict(best_state)
torch.save(best_state, io.BytesIO())
with torch.no_grad():
    assert (final(x[400:]).argmax(1) == y[400:]).float().mean().item() == best_score
