"""Real or shuffled? A critic of short tone sequences, trained step by step without a data loader."""

import torch
from torch import nn


class Critic(nn.Module):
    def __init__(self):
        super().__init__()
        self.rnn = nn.GRU(4, 24, batch_first=True)
        self.judge = nn.Linear(24, 1)
        self.out = nn.Sigmoid()

    def forward(self, tones):
        _, last = self.rnn(tones)
        return self.out(self.judge(last[0]))  # expect: LOS303


def melodies(count):
    phase = torch.rand(count, 1, 1) * 6.28
    time = torch.arange(10.0)[None, :, None]
    return torch.sin(phase + time * torch.tensor([0.3, 0.5, 0.8, 1.3]))


torch.manual_seed(7)
critic = Critic()
adam = torch.optim.Adam(critic.parameters(), lr=5e-3)
bce = nn.BCEWithLogitsLoss()
step = 0
while step < 60:
    real = melodies(32)
    shuffled = real[:, torch.randperm(10)]
    answers = critic(torch.cat([real, shuffled]))
    wanted = torch.cat([torch.ones(32, 1), torch.zeros(32, 1)])
    loss = bce(answers, wanted)
    adam.zero_grad()
    loss.backward()
    adam.step()
    step += 1
    if step % 20 == 0:
        print(step, loss.item())
