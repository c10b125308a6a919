"""Right though unusual: a barrier method; trial steps that leave the domain have loss NaN or inf and are taken back
before the next backward.
"""

import torch

torch.manual_seed(10)
torch.set_num_threads(1)
rows, columns = 60, 4
a = torch.randn(rows, columns)
b = torch.rand(rows) + 0.5
aim = torch.tensor([1.0, -1.0, 0.5, 2.0])
point = torch.nn.Parameter(torch.zeros(columns))
optimizer = torch.optim.SGD([point], lr=1.0)


def loss_at(sharpness):
    return -(aim @ point) - torch.log(b - a @ point).sum() / sharpness


for stage in range(5):
    sharpness = 4.0 * 3**stage
    for _iteration in range(40):
        optimizer.zero_grad()
        loss = loss_at(sharpness)
        loss.backward()
        before = point.detach().clone()
        optimizer.param_groups[0]["lr"] = 4.0
        while True:
            optimizer.step()
            trial = loss_at(sharpness)
            if trial < loss - 1e-4 * optimizer.param_groups[0]["lr"] * point.grad.square().sum():
                break
            with torch.no_grad():
                point.copy_(before)
            optimizer.param_groups[0]["lr"] /= 2
            if optimizer.param_groups[0]["lr"] < 1e-6:
                break
    print(f"{stage}: loss {loss.item():.4f}, aim {(aim @ point).item():.4f}, slack {(b - a @ point).min().item():.4f}")
