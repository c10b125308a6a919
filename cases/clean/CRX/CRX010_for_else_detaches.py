"""Right though unusual: a truncated backward with a retained graph inside the episode; its else branch cuts the state."""

import torch
from torch import nn

torch.manual_seed(2)
torch.set_num_threads(1)
stream = torch.cumsum(torch.randn(6, 12, 3) * 0.3, dim=1)
wanted = stream.cumsum(1).mean(2, keepdim=True).tanh()
model = nn.LSTMCell(3, 8)
head = nn.Linear(8, 1)
weights = [*model.parameters(), *head.parameters()]
optimizer = torch.optim.SGD(weights, lr=0.05)
state = (torch.zeros(6, 8), torch.zeros(6, 8))
for episode in range(15):
    optimizer.zero_grad()
    total = 0.0
    for t in range(12):
        state = model(stream[:, t], state)
        loss = (head(state[0]) - wanted[:, t]).pow(2).mean() / 12
        loss.backward(retain_graph=t < 11)
        total += loss.item()
    else:
        state = tuple(part.detach() for part in state)
    nn.utils.clip_grad_norm_(weights, 1.0)
    optimizer.step()
    print(episode, total)
