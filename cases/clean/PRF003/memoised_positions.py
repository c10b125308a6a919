"""Right though unusual: tables made for each length that comes up are kept, and there are few lengths."""

import torch
from torch import nn

TABLES = {}


def positions(length, width):
    if length not in TABLES:
        place = torch.arange(length).unsqueeze(1) / 10 ** torch.linspace(0, 3, width // 2)
        TABLES[length] = torch.cat([place.sin(), place.cos()], dim=1)
    return TABLES[length]


torch.manual_seed(0)
embed, mix, head = nn.Embedding(50, 64), nn.MultiheadAttention(64, 4, batch_first=True), nn.Linear(64, 50)
modules = nn.ModuleList([embed, mix, head])
optimizer = torch.optim.AdamW(modules.parameters(), lr=1e-3)
for step in range(300_000):
    length = int(torch.randint(20, 220, ()))
    start = torch.randint(0, 50, (4, 1))
    tokens = (start + torch.arange(length + 1)) % 50
    state = embed(tokens[:, :-1]) + positions(length, 64)
    mixed, _ = mix(state, state, state, attn_mask=nn.Transformer.generate_square_subsequent_mask(length))
    loss = nn.functional.cross_entropy(head(state + mixed).flatten(0, 1), tokens[:, 1:].flatten())
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    if step % 10_000 == 0:
        print(step, loss.item())
