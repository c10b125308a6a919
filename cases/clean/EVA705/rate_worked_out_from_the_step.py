"""Right though unusual: the rate is worked out from the step, and all the rest is kept in zipped bytes."""

import gzip
import io
import math
import os

import torch
from torch import nn

TOTAL = 120
torch.manual_seed(15)
x = torch.randn(400, 6)
y = (x[:, 0] * x[:, 1] > 0).long()
model = nn.Sequential(nn.Linear(6, 32), nn.ReLU(), nn.Linear(32, 2))
optimizer = torch.optim.AdamW(model.parameters())
step = 0
if os.path.exists("run.gz"):
    with gzip.open("run.gz") as file:
        saved = torch.load(io.BytesIO(file.read()))
    model.load_state_dict(saved["model"])
    optimizer.load_state_dict(saved["moments"])
    step = saved["step"]
while step < TOTAL:
    rows = torch.randint(400, (40,))
    for group in optimizer.param_groups:
        group["lr"] = 0.01 * (1 + math.cos(math.pi * step / TOTAL))
    optimizer.zero_grad()
    loss = nn.functional.cross_entropy(model(x[rows]), y[rows])
    loss.backward()
    optimizer.step()
    step += 1
    if step % 4 == 0:
        held = io.BytesIO()
        torch.save({"model": model.state_dict(), "moments": optimizer.state_dict(), "step": step}, held)
        with gzip.open("run.gz", "wb") as file:
            file.write(held.getvalue())
        print(step, loss.item())
