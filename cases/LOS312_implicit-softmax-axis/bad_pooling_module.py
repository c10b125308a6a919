import torch
from torch import nn

torch.manual_seed(3)


class Pooling(nn.Module):
    def __init__(self, features):
        super().__init__()
        self.score = nn.Sequential(nn.Linear(features, 16), nn.Tanh(), nn.Linear(16, 1))
        self.normalise = nn.Softmax()

    def forward(self, sequence):
        weight = self.normalise(self.score(sequence))  # expect: LOS312
        return (weight * sequence).sum(1)


class Regressor(nn.Module):
    def __init__(self):
        super().__init__()
        self.recurrent = nn.GRU(3, 24, batch_first=True)
        self.pool = Pooling(24)
        self.out = nn.Linear(24, 1)

    def forward(self, series):
        states, _ = self.recurrent(series)
        return self.out(self.pool(states)).squeeze(-1)


series = torch.randn(320, 12, 3)
level = series[:, :, 0].mean(1) + 0.3 * series[:, -1, 1]

net = Regressor()
adam = torch.optim.Adam(net.parameters(), lr=5e-3)
step = 0
while step < 60:
    chosen = torch.randint(0, 320, (40,))
    error = nn.functional.mse_loss(net(series[chosen]), level[chosen])
    adam.zero_grad()
    error.backward()
    adam.step()
    step += 1
    if step % 20 == 0:
        print(step, error.item())
