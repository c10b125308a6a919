"""Series of twenty steps, twenty a batch, go through a recurrent net that wants time first, and come back."""

import torch
from torch import nn
from torch.utils.data import DataLoader, Dataset

torch.manual_seed(0)
torch.set_num_threads(1)


class Waves(Dataset):
    def __init__(self, count: int) -> None:
        pace = 0.2 + torch.rand(count, 1)
        self.series = torch.sin(pace * torch.arange(21) + 6 * torch.rand(count, 1)) + 0.05 * torch.randn(count, 21)

    def __len__(self) -> int:
        return len(self.series)

    def __getitem__(self, number: int) -> dict[str, torch.Tensor]:
        return {"past": self.series[number, :-1], "next": self.series[number, 1:]}


class Forecast(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.net = nn.GRU(1, 24)
        self.norm = nn.BatchNorm1d(24)
        self.out = nn.Linear(24, 1)

    def forward(self, past: torch.Tensor) -> torch.Tensor:
        states, _ = self.net(past.t().unsqueeze(2))
        length, count, width = states.shape
        states = self.norm(states.reshape(length * count, width)).view(length, count, width)
        return self.out(states).squeeze(2).t()


loader = DataLoader(Waves(600), batch_size=20, shuffle=True)
model = Forecast()
optimizer = torch.optim.Adam(model.parameters(), lr=1e-2)
for epoch in range(6):
    model.train()
    for batch in loader:
        loss = nn.functional.mse_loss(model(batch["past"]), batch["next"])
        optimizer.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
    print(epoch, round(loss.item(), 4))
