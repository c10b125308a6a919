"""Right: sigmoid gates inside a hand-written LSTM cell, multi-label loss on the linear head's output."""

import torch
from torch import nn


class Cell(nn.Module):
    def __init__(self, inputs, hidden):
        super().__init__()
        self.gates = nn.Linear(inputs + hidden, 4 * hidden)
        self.hidden = hidden

    def forward(self, x, state):
        h, c = state
        i, f, o, g = self.gates(torch.cat([x, h], 1)).chunk(4, 1)
        c = f.sigmoid() * c + i.sigmoid() * g.tanh()
        return o.sigmoid() * c.tanh(), c


class Tagger(nn.Module):
    def __init__(self):
        super().__init__()
        self.cell = Cell(4, 24)
        self.attend = nn.Linear(24, 1)
        self.out = nn.Linear(24, 2)

    def forward(self, x):
        state = (x.new_zeros(len(x), 24), x.new_zeros(len(x), 24))
        hidden = []
        for now in x.unbind(1):
            state = self.cell(now, state)
            hidden.append(state[0])
        hidden = torch.stack(hidden, 1)
        importance = torch.sigmoid(self.attend(hidden))
        return {"logits": self.out((importance * hidden).sum(1)), "importance": importance}


torch.manual_seed(9)
torch.set_num_threads(1)
x = torch.randn(256, 6, 4)
labels = torch.stack([x[:, -1, 0] > 0, x[:, :, 1].sum(1) > 0], 1).float()
model = Tagger()
optimizer = torch.optim.Adam(model.parameters(), lr=1e-2)
scheduler = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, 40)
for epoch in range(5):
    for rows in torch.randperm(256).split(32):
        out = model(x[rows])
        loss = nn.functional.multilabel_soft_margin_loss(out["logits"], labels[rows])
        loss = loss + 1e-3 * out["importance"].mean()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        scheduler.step()
    print(epoch, f"{loss.item():.4f}")
