"""Tags every word of a sentence; sentences have different lengths, and padding has no tag."""

import torch
import torch.nn.functional as F
from torch import nn
from torch.nn.utils.rnn import pad_sequence
from torch.utils.data import DataLoader

WORDS, TAGS, NO_TAG = 50, 5, -100


class Tagger(nn.Module):
    def __init__(self, width=24):
        super().__init__()
        self.embedding = nn.Embedding(WORDS, width, padding_idx=0)
        self.lstm = nn.LSTM(width, width, batch_first=True, bidirectional=True)
        self.tag = nn.Linear(2 * width, TAGS)

    def forward(self, sentences):
        states, _ = self.lstm(self.embedding(sentences))
        return self.tag(states).softmax(dim=-1)  # expect: LOS302


def sentence(generator):
    words = torch.randint(1, WORDS, (int(torch.randint(5, 11, (), generator=generator)),), generator=generator)
    previous = torch.cat([torch.zeros(1, dtype=torch.long), words[:-1]])
    return words, (words // 10 + (previous % 2)) % TAGS


def collate(samples):
    words, tags = zip(*samples, strict=True)
    return {
        "words": pad_sequence(words, batch_first=True),
        "tags": pad_sequence(tags, batch_first=True, padding_value=NO_TAG),
    }


def loss_of(model, batch):
    scores = model(batch["words"])
    return F.cross_entropy(scores.view(-1, TAGS), batch["tags"].view(-1), ignore_index=NO_TAG)


torch.manual_seed(8)
source = torch.Generator().manual_seed(80)
train = DataLoader([sentence(source) for _ in range(400)], batch_size=20, shuffle=True, collate_fn=collate)
valid = DataLoader([sentence(source) for _ in range(80)], batch_size=80, collate_fn=collate)
tagger = Tagger()
adam = torch.optim.Adam(tagger.parameters(), lr=1e-2)

for epoch in range(5):
    tagger.train()
    for batch in train:
        adam.zero_grad()
        loss = loss_of(tagger, batch)
        loss.backward()
        adam.step()
    tagger.eval()
    with torch.no_grad():
        for batch in valid:
            print(f"epoch {epoch}: train {loss.item():.3f}, valid {loss_of(tagger, batch).item():.3f}")
