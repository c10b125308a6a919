"""Right though unusual: the average of the weights lies in a pickle of its own, in half precision."""

import os
import pickle

import torch
from torch import nn
from torch.optim.swa_utils import AveragedModel, get_ema_multi_avg_fn

torch.manual_seed(3)
x = torch.randn(280, 5)
y = torch.sin(x[:, :1]) * x[:, 4:]
model = nn.Sequential(nn.Linear(5, 28), nn.SiLU(), nn.Linear(28, 1))
average = AveragedModel(model, multi_avg_fn=get_ema_multi_avg_fn(0.98))
rms = torch.optim.RMSprop(model.parameters(), lr=2e-3)
begin = 0
if os.path.exists("swell.pt"):
    kept = torch.load("swell.pt")
    model.load_state_dict(kept["model"])
    rms.load_state_dict(kept["rms"])
    begin = kept["epoch"] + 1
    with open("swell_average.pkl", "rb") as file:
        halves = pickle.load(file)["ema"]
    average.module.load_state_dict({name: half.float() for name, half in halves.items()})
for epoch in range(begin, 7):
    for rows in torch.randperm(280).split(28):
        rms.zero_grad()
        loss = nn.functional.mse_loss(model(x[rows]), y[rows])
        loss.backward()
        rms.step()
        average.update_parameters(model)
    torch.save({"model": model.state_dict(), "rms": rms.state_dict(), "epoch": epoch}, "swell.pt")
    with open("swell_average.pkl", "wb") as file:
        pickle.dump({"ema": {name: held.half() for name, held in average.module.state_dict().items()}}, file)
    print(epoch, loss.item())
