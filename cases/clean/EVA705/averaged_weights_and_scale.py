"""Right though unusual: half precision with a scaler, an average of the weights, all in one file beside the rest."""

import torch
from torch import nn
from torch.optim.swa_utils import AveragedModel, get_ema_multi_avg_fn

torch.manual_seed(19)
x = torch.randn(320, 10)
y = (x[:, 0] > x[:, 1]).float()
model = nn.Sequential(nn.Linear(10, 24), nn.ReLU(), nn.Linear(24, 1))
shadow = AveragedModel(model, multi_avg_fn=get_ema_multi_avg_fn(0.9))
optimizer = torch.optim.AdamW(model.parameters(), lr=5e-3)
warm = torch.optim.lr_scheduler.LinearLR(optimizer, 0.2, 1.0, total_iters=10)
decay = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, T_max=40)
schedule = torch.optim.lr_scheduler.SequentialLR(optimizer, [warm, decay], milestones=[10])
scaler = torch.amp.GradScaler("cpu", init_scale=1024.0)
for epoch in range(5):
    for rows in torch.randperm(320).split(32):
        optimizer.zero_grad()
        with torch.autocast("cpu", dtype=torch.bfloat16):
            output = model(x[rows]).squeeze(1)
        loss = nn.functional.binary_cross_entropy_with_logits(output.float(), y[rows])
        scaler.scale(loss).backward()
        scaler.step(optimizer)
        scaler.update()
        schedule.step()
        shadow.update_parameters(model)
    everything = {"net": model, "ema": shadow, "opt": optimizer, "lr": schedule, "scaler": scaler}
    torch.save({key: value.state_dict() for key, value in everything.items()} | {"epoch": epoch}, "all.pt")
print(loss.item())
