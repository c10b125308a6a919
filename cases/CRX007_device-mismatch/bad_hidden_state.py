"""A GRU whose first hidden state is made by a helper."""

import torch
from torch import nn


def first_state(batch, size, where):
    return torch.zeros(1, batch, size, device=where)


class Reader(nn.Module):
    def __init__(self):
        super().__init__()
        self.state_device = torch.device("meta")
        self.gru = nn.GRU(3, 12, batch_first=True)
        self.head = nn.Linear(12, 1)

    def forward(self, series):
        start = first_state(len(series), 12, self.state_device)
        outputs, _ = self.gru(series, start)  # expect: CRX007
        return self.head(outputs[:, -1])


torch.manual_seed(0)
series = torch.randn(128, 9, 3)
target = series.sum(dim=(1, 2)).unsqueeze(1) / 5
reader = Reader()
opt = torch.optim.Adam(reader.parameters(), lr=1e-2)
batches = iter(zip(series.split(16), target.split(16)))
while (item := next(batches, None)) is not None:
    opt.zero_grad()
    loss = nn.functional.smooth_l1_loss(reader(item[0]), item[1])
    loss.backward()
    opt.step()
