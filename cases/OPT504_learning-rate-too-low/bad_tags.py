"""Tags of words: a GRU reads sequences of differing length; three groups of parameters, three rates."""

import torch
from torch import nn
from torch.nn.utils.rnn import pad_sequence
from torch.utils.data import DataLoader

PAD = -100


def corpus(size, seed):
    g = torch.Generator().manual_seed(seed)
    samples = []
    for _ in range(size):
        words = torch.randint(1, 40, (int(torch.randint(3, 8, (1,), generator=g)),), generator=g)
        before = torch.cat([torch.zeros(1, dtype=torch.long), words[:-1]])
        samples.append({"words": words, "tags": (words % 3 + before % 2) % 3})
    return samples


def collate(samples):
    return {
        "words": pad_sequence([s["words"] for s in samples], batch_first=True),
        "tags": pad_sequence([s["tags"] for s in samples], batch_first=True, padding_value=PAD),
    }


class Tagger(nn.Module):
    def __init__(self):
        super().__init__()
        self.embed = nn.Embedding(40, 32, padding_idx=0)
        self.gru = nn.GRU(32, 48, batch_first=True)
        self.out = nn.Linear(48, 3)

    def forward(self, batch):
        return self.out(self.gru(self.embed(batch["words"]))[0])


def train(model, loader, optimizer, epochs):
    for epoch in range(epochs):
        running = 0.0
        for batch in loader:
            loss = nn.functional.cross_entropy(model(batch).transpose(1, 2), batch["tags"], ignore_index=PAD)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            running += loss.item()
        print(f"epoch {epoch}: {running / len(loader):.4f}")


torch.manual_seed(2)
torch.set_num_threads(1)
tagger = Tagger()
adam = torch.optim.NAdam(  # expect: OPT504
    [
        {"params": tagger.embed.parameters(), "lr": 5e-7},
        {"params": tagger.gru.parameters(), "lr": 2e-7},
        {"params": tagger.out.parameters(), "lr": 1e-6},
    ]
)
train(tagger, DataLoader(corpus(600, 4), batch_size=24, shuffle=True, collate_fn=collate), adam, epochs=12)
