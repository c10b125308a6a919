"""A recurrent network that forecasts waves; predictions go to lists as they come."""

import torch
import torch.nn as nn

device = "cuda:0" if torch.cuda.is_available() else "cpu"
torch.manual_seed(3)
time = torch.linspace(0, 60, 3000)
wave = (time.sin() + 0.5 * (2.3 * time).cos()).to(device)


class Forecast(nn.Module):
    def __init__(self):
        super().__init__()
        self.memory = nn.GRU(1, 16, batch_first=True)
        self.out = nn.Linear(16, 1)

    def forward(self, past):
        return self.out(self.memory(past.unsqueeze(-1))[0][:, -1]).squeeze(-1)


network = Forecast().to(device)
optimiser = torch.optim.RMSprop(network.parameters(), lr=1e-3)
guesses, step = [], 0
while step < 300:
    starts = torch.randint(0, 2900, (16,), device=device)
    past = wave[starts[:, None] + torch.arange(40, device=device)]
    guess = network(past)
    loss = (guess - wave[starts + 40]).square().mean()
    optimiser.zero_grad()
    loss.backward()
    optimiser.step()
    guesses += guess.tolist()  # expect: PRF002
    step += 1
print(f"done: mean guess {sum(guesses) / len(guesses):.3f}")
