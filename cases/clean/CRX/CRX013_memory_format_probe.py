"""Right though unusual: probes at the start whether a convolution keeps its memory format, by a view that may fail."""

import contextlib

import torch
from torch import nn

torch.manual_seed(0)
torch.set_num_threads(1)


def keeps_rows_together(conv, memory_format):
    probe = torch.zeros(2, conv.in_channels, 6, 6).to(memory_format=memory_format)
    with torch.no_grad(), contextlib.suppress(RuntimeError):
        conv(probe).view(2, -1)
        return True
    return False


conv = nn.Conv2d(3, 8, 3)
layout = next(
    (f for f in (torch.channels_last, torch.contiguous_format) if keeps_rows_together(conv, f)), torch.contiguous_format
)
print("layout", layout)
model = nn.Sequential(conv, nn.ReLU(), nn.AdaptiveAvgPool2d(2), nn.Flatten(), nn.Linear(32, 2))
images = torch.randn(256, 3, 6, 6)
images[::2, 0, :3] += 1.0
labels = torch.arange(256) % 2
optimizer = torch.optim.Adam(model.parameters(), lr=1e-2)
order = torch.randperm(256)
for epoch in range(8):
    for rows in order[:192].split(32):
        out = model(images[rows].contiguous(memory_format=layout))
        loss = nn.functional.cross_entropy(out, labels[rows])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
with torch.no_grad():
    print((model(images[order[192:]]).argmax(1) == labels[order[192:]]).float().mean().item())
