"""Right though unusual: the best device is found by trying each; those that cannot add two tensors are passed over."""

import torch
from torch import nn


def try_device(name):
    probe = torch.ones(2, 2, device=name)
    return float((probe @ torch.ones(2, 2, device=name)).sum().item())


def first_working(names):
    reasons = {}
    for name in names:
        try:
            if try_device(name) == 8.0:
                return torch.device(name), reasons
        except (RuntimeError, AssertionError, NotImplementedError) as error:
            reasons[name] = f"{type(error).__name__}: {str(error).splitlines()[0][:60]}"
    raise SystemExit(f"no device works: {reasons}")


torch.manual_seed(0)
torch.set_num_threads(1)
# `meta` stands for a simulated device of the cluster's dry runs.
device, reasons = first_working(["meta", "cpu"])
print(device, reasons)
images = torch.rand(320, 1, 8, 8)
labels = (images[:, 0, :4].mean((1, 2)) > images[:, 0, 4:].mean((1, 2))).long()
images[labels == 1, :, 2, 2:6] += 0.3
model = nn.Sequential(nn.Conv2d(1, 8, 3, padding=1), nn.ReLU(), nn.Flatten(), nn.Linear(512, 2)).to(device)
optimizer = torch.optim.SGD(model.parameters(), lr=0.1, momentum=0.9)
step = 0
while step < 120:
    rows = torch.randint(260, (26,))
    loss = nn.functional.cross_entropy(model(images[rows].to(device)), labels[rows].to(device))
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    step += 1
    if step % 20 == 0:
        with torch.no_grad():
            right = (model(images[260:].to(device)).argmax(1).cpu() == labels[260:]).float().mean()
        print(step, loss.item(), right.item())
