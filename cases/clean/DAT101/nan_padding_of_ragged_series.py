"""Right though unusual: series of different lengths are padded with NaN, which says where they end; nothing computes
with it.
"""

import torch
from torch import nn
from torch.nn.utils.rnn import pack_padded_sequence, pad_sequence
from torch.utils.data import DataLoader


def collate(pairs):
    series, targets = zip(*pairs, strict=False)
    return pad_sequence(series, batch_first=True, padding_value=float("nan")), torch.stack(targets)


class Forecaster(nn.Module):
    def __init__(self):
        super().__init__()
        self.rnn = nn.LSTM(1, 16, batch_first=True)
        self.head = nn.Linear(16, 1)

    def forward(self, padded):
        lengths = (~padded[..., 0].isnan()).sum(dim=1)
        packed = pack_padded_sequence(padded, lengths, batch_first=True, enforce_sorted=False)
        return self.head(self.rnn(packed)[1][0][-1]).squeeze(1)


torch.manual_seed(6)
torch.set_num_threads(1)
data = []
for length in torch.randint(4, 10, (500,)).tolist():
    series = torch.randn(length, 1)
    data.append((series, series[-2:].sum()))
train = DataLoader(data[:400], batch_size=25, shuffle=True, collate_fn=collate)
valid = DataLoader(data[400:], batch_size=100, collate_fn=collate)
model = Forecaster()
optimizer = torch.optim.Adam(model.parameters(), lr=1e-2)
for epoch in range(6):
    for padded, targets in train:
        optimizer.zero_grad(set_to_none=True)
        loss = nn.functional.mse_loss(model(padded), targets)
        loss.backward()
        nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
    with torch.no_grad():
        errors = [nn.functional.mse_loss(model(p), t).item() for p, t in valid]
    print(f"epoch {epoch}: {loss.item():.3f} {errors[0]:.3f}")
