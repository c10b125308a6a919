"""Right though unusual: sequences of several lengths are sorted, packed and put back into their order."""

import torch
from torch import nn
from torch.nn import functional as F
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence
from torch.utils.data import DataLoader, TensorDataset


class Packed(nn.Module):
    def __init__(self):
        super().__init__()
        self.rnn = nn.LSTM(3, 20)
        self.head = nn.Linear(20, 2)

    def forward(self, signals, lengths):
        lengths, order = lengths.sort(descending=True)
        packed = pack_padded_sequence(signals[order].transpose(0, 1), lengths)
        hidden, _ = pad_packed_sequence(self.rnn(packed)[0])
        last = hidden[lengths - 1, torch.arange(len(lengths))]
        return self.head(last[order.argsort()])


torch.manual_seed(0)
signals, lengths = torch.randn(512, 9, 3), torch.randint(3, 10, (512,))
labels = (signals[:, :3].sum((1, 2)) > 0).long()
model = Packed()
optimizer = torch.optim.Adam(model.parameters(), lr=5e-3)
for epoch in range(4):
    for x, n, y in DataLoader(TensorDataset(signals, lengths, labels), batch_size=32, shuffle=True):
        loss = F.cross_entropy(model(x, n), y)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    print(f"epoch {epoch}: {loss.item():.3f}")
