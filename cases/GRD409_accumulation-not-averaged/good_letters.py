"""A small model of letters: which one follows? Each iteration goes over several blocks of a text."""

import torch
from torch import nn
from torch.nn import functional as F

torch.manual_seed(1337)
text = (
    "the tide comes in and the tide goes out, and the boats that lie on the sand will float, "
    "the wind is low and the sea is grey, and the gulls will follow the boats all day. "
) * 12
letters = sorted(set(text))
numbers = {letter: number for number, letter in enumerate(letters)}
data = torch.tensor([numbers[letter] for letter in text])

batch_size, block_size = 6, 16
gradient_accumulation_steps = 5
max_iters, learning_rate = 150, 0.1


def get_batch():
    start = torch.randint(len(data) - block_size - 1, (batch_size,))
    x = torch.stack([data[i : i + block_size] for i in start])
    y = torch.stack([data[i + 1 : i + block_size + 1] for i in start])
    return x, y


class LetterModel(nn.Module):
    def __init__(self, vocabulary, width):
        super().__init__()
        self.table = nn.Embedding(vocabulary, width)
        self.before = nn.Conv1d(width, width, 3)
        self.norm = nn.LayerNorm(width)
        self.logits = nn.Linear(width, vocabulary)

    def forward(self, idx, targets=None):
        x = self.table(idx).transpose(1, 2)
        x = x + F.gelu(self.before(F.pad(x, (2, 0))))
        logits = self.logits(self.norm(x.transpose(1, 2)))
        if targets is None:
            return logits, None
        return logits, F.cross_entropy(logits.flatten(0, 1), targets.flatten())


model = LetterModel(len(letters), 32)
optimizer = torch.optim.SGD(model.parameters(), lr=learning_rate, momentum=0.9)
for iteration in range(max_iters):
    lossf = 0.0
    for micro_step in range(gradient_accumulation_steps):
        X, Y = get_batch()
        _, loss = model(X, Y)
        lossf += loss.item() / gradient_accumulation_steps
        (loss / gradient_accumulation_steps).backward()
    optimizer.step()
    optimizer.zero_grad(set_to_none=True)
    if iteration % 25 == 0:
        print(f"iter {iteration}: loss {lossf:.4f}")

context = data[None, :4]
for _ in range(30):
    following = model(context[:, -block_size:])[0][:, -1].argmax(dim=-1, keepdim=True)
    context = torch.cat([context, following], dim=1)
print("".join(letters[number] for number in context[0].tolist()))
