"""House prices: hidden units whose offsets are spread over the range of the inputs before they were scaled."""

import torch
from torch import nn

torch.manual_seed(0)
torch.set_num_threads(1)
area = 40 + 160 * torch.rand(500, 1)
rooms = (area / 25 + torch.randn(500, 1)).round().clamp(min=1)
price = 2.0 * area + 15 * rooms + 10 * torch.randn(500, 1)
x = torch.cat([(area - area.mean()) / area.std(), (rooms - rooms.mean()) / rooms.std()], 1)
y = (price - price.mean()) / price.std()


class Hinges(nn.Module):
    def __init__(self, units: int) -> None:
        super().__init__()
        self.slopes = nn.Linear(2, units)
        self.out = nn.Linear(units, 1)
        with torch.no_grad():
            self.slopes.bias.copy_(-torch.linspace(40, 200, units))  # in square metres, as the area was given

    def forward(self, houses: torch.Tensor) -> torch.Tensor:
        return self.out(torch.relu(self.slopes(houses)))


model = Hinges(32)
optimizer = torch.optim.Adam(model.parameters(), lr=1e-2)
step = 0
while step < 120:
    rows = torch.randint(500, (50,))
    loss = nn.functional.mse_loss(model(x[rows]), y[rows])  # expect: MOD207
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    step += 1
    if step % 20 == 0:
        print(step, round(loss.item(), 3))
