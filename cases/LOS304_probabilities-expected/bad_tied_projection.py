"""Which word fills the gap: a bag of neighbours against the words' own vectors, class-balanced."""

import torch
from torch import nn

torch.manual_seed(1)
torch.set_num_threads(1)
WORDS = 15
left = torch.randint(0, WORDS, (400,))
right = (left + 2) % WORDS
middle = (left + 1) % WORDS
embed = nn.Embedding(WORDS, 16)
mix = nn.Linear(32, 16)
balance = 1 / middle.bincount(minlength=WORDS).float()
criterion = nn.NLLLoss(weight=balance / balance.mean())
optimizer = torch.optim.SGD([*embed.parameters(), *mix.parameters()], lr=0.02)
step = 0
while step < 60:
    rows = torch.randint(0, 400, (40,))
    context = torch.tanh(mix(torch.cat([embed(left[rows]), embed(right[rows])], 1)))
    loss = criterion(nn.functional.linear(context, embed.weight), middle[rows])  # expect: LOS304
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    step += 1
    if step % 20 == 0:
        print(step, f"{loss.item():.4f}")
