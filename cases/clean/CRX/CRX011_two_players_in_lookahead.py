"""Right though unusual: outputs of the old weights are kept over the steps of a round and used up by its last step."""

import torch
from torch import nn

ROUND = 5
torch.manual_seed(10)
torch.set_num_threads(1)
x = torch.randn(300, 3)
y = (x.norm(dim=1) > 1.6).float()
student = nn.Sequential(nn.Linear(3, 24), nn.ReLU(), nn.Linear(24, 1), nn.Flatten(0))
slow = nn.Sequential(nn.Linear(3, 24), nn.ReLU(), nn.Linear(24, 1), nn.Flatten(0))
fast_steps = torch.optim.Adam(student.parameters(), lr=0.02)
slow_steps = torch.optim.Adam(slow.parameters(), lr=0.02)
criterion = nn.BCEWithLogitsLoss()
debt = 0.0
for round_ in range(10):
    if round_:
        slow_steps.step()
        slow_steps.zero_grad()
    for turn in range(ROUND):
        rows = torch.randint(0, 300, (60,))
        fast_steps.zero_grad()
        loss = criterion(student(x[rows]), y[rows])
        loss.backward()
        fast_steps.step()
        debt = debt + criterion(slow(x[rows]), y[rows]) / ROUND
        if turn == ROUND - 1:
            debt.backward()
            print(round_, loss.item(), debt.item())
            debt = 0.0
