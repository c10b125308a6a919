"""Right though unusual: how long a prompt a model takes is found by bisection, each refusal being an answer."""

import torch
from torch import nn


class CharacterModel(nn.Module):
    def __init__(self, symbols, longest, width=24):
        super().__init__()
        self.symbols = nn.Embedding(symbols, width)
        self.positions = nn.Embedding(longest, width)
        self.mix = nn.TransformerEncoderLayer(width, 2, 48, dropout=0.0, batch_first=True)
        self.out = nn.Linear(width, symbols)

    def forward(self, ids):
        length = ids.shape[1]
        mask = nn.Transformer.generate_square_subsequent_mask(length)
        h = self.symbols(ids) + self.positions(torch.arange(length))
        return self.out(self.mix(h, src_mask=mask, is_causal=True))


def longest_prompt(model, low=1, high=1024):
    while low < high:
        middle = (low + high + 1) // 2
        try:
            with torch.inference_mode():
                model(torch.zeros(1, middle, dtype=torch.long))
            low = middle
        except IndexError:
            high = middle - 1
    return low


torch.manual_seed(0)
torch.set_num_threads(1)
text = "the quick brown fox jumps over the lazy dog and runs away from the slow red hen " * 12
alphabet = sorted(set(text))
ids = torch.tensor([alphabet.index(symbol) for symbol in text])
model = CharacterModel(len(alphabet), 20)
length = longest_prompt(model)
print(f"prompts of up to {length} symbols")
optimizer = torch.optim.Adam(model.parameters(), lr=5e-3)
for step in range(80):
    starts = torch.randint(len(ids) - length - 1, (16,))
    window = ids[starts[:, None] + torch.arange(length + 1)]
    logits = model(window[:, :-1])
    loss = nn.functional.cross_entropy(logits.flatten(0, 1), window[:, 1:].flatten())
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    if step % 10 == 0:
        print(f"step {step}: {loss.item():.3f}")
