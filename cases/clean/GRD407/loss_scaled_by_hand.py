"""Right: a fixed loss scale by hand: the gradients are divided by it, clipped by value and by norm, and then used."""

import torch
from torch import nn

torch.manual_seed(7)
torch.set_num_threads(1)
SCALE = 512.0
series = torch.sin(torch.linspace(0, 60, 500)) + 0.05 * torch.randn(500)
windows = series.unfold(0, 13, 1)
x, y = windows[:, :12].unsqueeze(-1), windows[:, 12:]
rnn, out = nn.GRU(1, 16, batch_first=True), nn.Linear(16, 1)
parameters = [*rnn.parameters(), *out.parameters()]
optimizer = torch.optim.Adam(parameters, lr=1e-2)
for step, rows in enumerate(torch.randint(0, len(x), (80, 32))):
    prediction = out(rnn(x[rows])[1][0])
    loss = nn.functional.mse_loss(prediction, y[rows])
    (loss * SCALE).backward()
    torch._foreach_div_([p.grad for p in parameters], SCALE)
    nn.utils.clip_grad_value_(parameters, 0.5)
    nn.utils.clip_grad_norm_(parameters, 0.3)
    optimizer.step()
    optimizer.zero_grad(set_to_none=True)
    if step % 20 == 0:
        print(step, f"{loss.item():.4f}")
