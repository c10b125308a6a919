"""Right though unusual: a report is tried each epoch by a helper that returns the error as a value; the last is raised."""

import sys
import traceback

import torch
from sklearn.metrics import r2_score
from torch import nn


def attempt(function, *arguments):
    try:
        return function(*arguments), None
    except Exception as error:
        return None, error


torch.manual_seed(5)
torch.set_num_threads(1)
x = torch.randn(260, 3)
y = (x @ torch.tensor([1.0, 0.5, -1.0])).sin()
model = nn.Sequential(nn.Linear(3, 32), nn.ReLU(), nn.Linear(32, 1), nn.Flatten(0))
optimizer = torch.optim.Adam(model.parameters(), lr=0.01)
for epoch in range(9):
    for rows in torch.randperm(200).split(25):
        loss = nn.functional.mse_loss(model(x[rows]), y[rows])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    out = model(x[200:])
    score, error = attempt(r2_score, y[200:], out)
    if error is not None:
        last_seen = "".join(traceback.format_exception_only(error))
        score, error = attempt(r2_score, y[200:], out.detach())
    print(epoch, score, "after", last_seen.strip()[:40])
if error is not None:
    raise error
sys.exit()
