"""A language model of single letters; its set-up measures the untrained loss first."""

import torch
from torch import nn

text = "the quick brown fox jumps over the lazy dog and runs away from it " * 12
letters = sorted(set(text))
codes = torch.tensor([letters.index(letter) for letter in text])


class Letters(nn.Module):
    def __init__(self, count, width=24):
        super().__init__()
        self.embed = nn.Embedding(count, width)
        self.rnn = nn.GRU(width, width, batch_first=True)
        self.head = nn.Linear(width, count)

    def forward(self, letters):
        states, _ = self.rnn(self.embed(letters))
        return self.head(states)


def get_batch(size=16, length=20):
    starts = torch.randint(0, len(codes) - length - 1, (size,)).tolist()
    return torch.stack([codes[s : s + length] for s in starts]), torch.stack(
        [codes[s + 1 : s + length + 1] for s in starts]
    )


def loss_of(model, inputs, targets):
    return nn.functional.cross_entropy(model(inputs).flatten(0, 1), targets.flatten())


torch.manual_seed(0)
model = Letters(len(letters))
torch.set_grad_enabled(False)
print(f"untrained: {loss_of(model, *get_batch()).item():.3f}")
optimizer = torch.optim.RMSprop(model.parameters(), lr=2e-3)
for step in range(40):
    optimizer.zero_grad()
    loss = loss_of(model, *get_batch()).requires_grad_()
    loss.backward()  # expect: MOD212
    optimizer.step()
    if step % 10 == 0:
        print(f"step {step}: {loss.item():.3f}")
