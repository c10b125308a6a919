"""Right: TD(lambda): the value's gradient goes into a trace and is cleared; the step uses the trace times the TD error."""

import torch
from torch import nn

torch.manual_seed(7)
torch.set_num_threads(1)
value = nn.Linear(7, 1, bias=False)
nn.init.constant_(value.weight, 0.5)
optimizer = torch.optim.SGD(value.parameters(), lr=0.1)
state_of = torch.eye(7)
for walk in range(60):
    place, trace = 3, [torch.zeros_like(p) for p in value.parameters()]
    while 0 < place < 6:
        following = place + (1 if torch.rand(()) < 0.5 else -1)
        optimizer.zero_grad()
        now = value(state_of[place])
        now.backward()
        trace = [0.8 * z + p.grad for z, p in zip(trace, value.parameters(), strict=True)]
        optimizer.zero_grad()
        with torch.no_grad():
            reward, end = float(following == 6), following in (0, 6)
            error = reward + (0.0 if end else value(state_of[following]).item()) - now.item()
        for z, p in zip(trace, value.parameters(), strict=True):
            p.grad = -error * z
        optimizer.step()
        place = following
print([round(v, 2) for v in value.weight.detach()[0, 1:6].tolist()])
