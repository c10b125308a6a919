"""Right though unusual: CTC gives inf for targets longer than the input; these samples are found by their loss and
left out.
"""

import torch
import torch.nn.functional as F
from torch import nn


class Recogniser(nn.Module):
    def __init__(self):
        super().__init__()
        self.net = nn.Sequential(nn.Conv1d(4, 32, 3, padding=1), nn.ReLU(), nn.Conv1d(32, 5, 1))

    def forward(self, frames):
        return self.net(frames).permute(2, 0, 1).log_softmax(-1)


def ctc(log_p, targets, sizes):
    lengths = torch.full((len(sizes),), log_p.shape[0])
    each = F.ctc_loss(log_p, targets, lengths, sizes, reduction="none")
    fits = each.detach().isfinite()
    return F.ctc_loss(log_p[:, fits], targets[fits], lengths[fits], sizes[fits]), fits


def main():
    torch.manual_seed(8)
    torch.set_num_threads(1)
    sizes = torch.randint(2, 5, (500,))
    targets = torch.randint(1, 5, (500, 4))
    frames = 0.3 * torch.randn(500, 4, 7)
    for i, size in enumerate(sizes.tolist()):
        for place, sign in zip(
            torch.linspace(0, 6, size).round().long().tolist(), targets[i, :size].tolist(), strict=False
        ):
            frames[i, sign - 1, place] += 2
    targets[torch.rand(500) < 0.02] = torch.tensor([2, 2, 2, 2])
    frames[:, :, 6:] = 0
    frames = frames[:, :, :6]
    model = Recogniser()
    optimizer = torch.optim.Adam(model.parameters(), lr=2e-2)
    for epoch in range(10):
        left_out = 0
        for rows in torch.randperm(400).split(25):
            optimizer.zero_grad()
            loss, fits = ctc(model(frames[rows]), targets[rows], sizes[rows])
            left_out += (~fits).sum().item()
            loss.backward()
            optimizer.step()
        with torch.no_grad():
            valid, _ = ctc(model(frames[400:]), targets[400:], sizes[400:])
        print(f"epoch {epoch}: loss {loss:.3f}, left out {left_out}, validation {valid:.3f}")


main()
