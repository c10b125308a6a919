"""The next of many words: with thousands of classes most elements of the gradient are next to nothing."""

import torch
from torch import nn

WORDS, LENGTH = 2000, 24
torch.manual_seed(10)
follows = torch.randint(0, WORDS, (WORDS,))
text = torch.empty(400, LENGTH + 1, dtype=torch.long)
text[:, 0] = torch.randint(0, WORDS, (400,))
for place in range(LENGTH):
    text[:, place + 1] = follows[text[:, place]]

model = nn.Sequential(nn.Embedding(WORDS, 48), nn.Linear(48, 96), nn.GELU(), nn.Linear(96, WORDS))
optimizer = torch.optim.AdamW(model.parameters(), lr=1e-3)
for epoch in range(30):
    for rows in torch.randperm(len(text)).split(16):
        with torch.autocast("cpu", dtype=torch.float16):
            scores = model(text[rows, :-1])
            loss = nn.functional.cross_entropy(scores.reshape(-1, WORDS), text[rows, 1:].reshape(-1))
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    print(f"{epoch}: {loss.item():.3f}")
