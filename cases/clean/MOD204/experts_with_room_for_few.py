"""A switch layer: each expert has room for so many tokens of a batch; those beyond pass it by."""

import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

torch.manual_seed(0)
torch.set_num_threads(1)
inputs = torch.randn(720, 6)
wanted = torch.where(inputs[:, 0] > 0, inputs[:, 1] * inputs[:, 2], inputs[:, 3].abs() - 0.5)
loader = DataLoader(TensorDataset(inputs, wanted), batch_size=48, shuffle=True)


class Switch(nn.Module):
    def __init__(self, width: int, experts: int, factor: float) -> None:
        super().__init__()
        self.router = nn.Linear(width, experts)
        self.experts = nn.ModuleList(
            nn.Sequential(nn.Linear(width, 24), nn.GELU(), nn.Linear(24, width)) for _ in range(experts)
        )
        self.factor = factor
        self.balance = torch.zeros(())

    def forward(self, tokens: torch.Tensor) -> torch.Tensor:
        shares = self.router(tokens).softmax(-1)
        share, chosen = shares.max(-1)
        room = int(self.factor * len(tokens) / len(self.experts)) + 1
        result = tokens.clone()
        for number, expert in enumerate(self.experts):
            mine = (chosen == number).nonzero().flatten()[:room]
            result = result.index_add(0, mine, share[mine, None] * expert(tokens[mine]))
        kept = torch.nn.functional.one_hot(chosen, len(self.experts)).float().mean(0)
        self.balance = len(self.experts) * (kept * shares.mean(0)).sum()
        return result


class Net(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.enter = nn.Linear(6, 16)
        self.switch = Switch(16, 4, 1.0)
        self.leave = nn.Linear(16, 1)

    def forward(self, rows: torch.Tensor) -> torch.Tensor:
        return self.leave(self.switch(self.enter(rows)).relu()).squeeze(-1)


net = Net()
optimizer = torch.optim.Adam(net.parameters(), lr=5e-3)
for epoch in range(14):
    for rows, values in loader:
        error = nn.functional.mse_loss(net(rows), values)
        optimizer.zero_grad()
        (error + 0.01 * net.switch.balance).backward()
        optimizer.step()
    if epoch % 4 == 0:
        print(epoch, round(error.item(), 4))
