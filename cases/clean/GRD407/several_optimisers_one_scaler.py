"""Right: one scaler, encoder and decoder with their own optimisers; both are unscaled, clipped together, then step."""

import torch
from torch import nn

torch.manual_seed(6)
torch.set_num_threads(1)
basis = torch.randn(3, 12)
data = torch.randn(360, 3) @ basis
encoder = nn.Sequential(nn.Linear(12, 16), nn.ReLU(), nn.Linear(16, 3))
decoder = nn.Sequential(nn.Linear(3, 16), nn.ReLU(), nn.Linear(16, 12))
optimizers = [torch.optim.Adam(part.parameters(), lr=1e-2) for part in (encoder, decoder)]
parameters = [*encoder.parameters(), *decoder.parameters()]
scaler = torch.amp.GradScaler("cpu", init_scale=1024.0)
for epoch in range(5):
    for rows in torch.randperm(360).split(40):
        for optimizer in optimizers:
            optimizer.zero_grad()
        with torch.autocast("cpu", dtype=torch.float16):
            out = decoder(encoder(data[rows]))
        loss = nn.functional.mse_loss(out.float(), data[rows])
        scaler.scale(loss).backward()
        for optimizer in optimizers:
            scaler.unscale_(optimizer)
        nn.utils.clip_grad_norm_(parameters, 1.0)
        for optimizer in optimizers:
            scaler.step(optimizer)
        scaler.update()
    print(f"epoch {epoch}: {loss.item():.4f}")
