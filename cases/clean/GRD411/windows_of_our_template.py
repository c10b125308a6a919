"""Tokens of padded sequences, an epoch that leaves a short window over: trialrun.accumulate weighs both rightly."""

import torch
from torch import nn
from torch.nn import functional as F
from torch.utils.data import DataLoader, TensorDataset

import trialrun

PADDING = -100

torch.manual_seed(0)
words = torch.randint(0, 12, (330, 9))
following = (words + 1) % 12
following[torch.arange(9) >= torch.randint(2, 10, (330, 1))] = PADDING
loader = DataLoader(TensorDataset(words, following), batch_size=16, shuffle=True)  # 21 batches, the last of 10
model = nn.Sequential(nn.Embedding(12, 24), nn.Linear(24, 48), nn.ReLU(), nn.Linear(48, 12))
optimizer = torch.optim.AdamW(model.parameters(), lr=1e-2)

for epoch in range(6):
    windows = trialrun.accumulate(loader, steps=4, count=lambda batch: (batch[1] != PADDING).sum())
    for window in windows:
        for micro in window:
            inputs, targets = micro.batch
            micro.backward(F.cross_entropy(model(inputs).flatten(0, 1), targets.flatten(), ignore_index=PADDING))
        nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        optimizer.zero_grad()
    print(f"{epoch}: {window.loss.item():.3f}")
