"""Reads sequences of amino-acid-like letters and labels each of them; padded batches, four to a step."""

import torch
from torch import nn
from torch.utils.data import DataLoader

torch.manual_seed(0)
PAD = -100
LETTERS, LABELS = 12, 4
ACCUMULATE = 4
rule = torch.randint(0, LABELS, (LETTERS,))


def sentence():
    length = int(torch.randint(3, 40, (1,)))
    letters = torch.randint(0, LETTERS, (length,))
    return letters, rule[letters]


def collate(pairs):
    letters, labels = zip(*pairs)
    return (
        nn.utils.rnn.pad_sequence(letters, batch_first=True),
        nn.utils.rnn.pad_sequence(labels, batch_first=True, padding_value=PAD),
    )


@torch.no_grad()
def right(model, sentences):
    """Share of letters, 0..1, that get their label."""
    model.eval()
    hits = letters_seen = 0
    for letters, labels in sentences:
        guesses = model(letters[None]).argmax(dim=-1)[0]
        hits += int((guesses == labels).sum())
        letters_seen += len(labels)
    model.train()
    return hits / letters_seen


held_out = [sentence() for _ in range(24)]
loader = DataLoader([sentence() for _ in range(192)], batch_size=2, shuffle=True, collate_fn=collate)
model = nn.Sequential(nn.Embedding(LETTERS, 16), nn.Linear(16, 32), nn.ReLU(), nn.Linear(32, LABELS))
optimizer = torch.optim.Adam(model.parameters(), lr=1e-2)
criterion = nn.CrossEntropyLoss(ignore_index=PAD)

for epoch in range(6):
    optimizer.zero_grad()
    for index, (letters, labels) in enumerate(loader):
        loss = criterion(model(letters).transpose(1, 2), labels) / ACCUMULATE
        loss.backward()  # expect: GRD411
        if (index + 1) % ACCUMULATE == 0:
            optimizer.step()
            optimizer.zero_grad()
    print(f"epoch {epoch}: {loss.item() * ACCUMULATE:.3f}")
print(f"held out: {right(model, held_out):.3f} right")
