"""Repeats a sequence of notes backwards: an encoder and a decoder, each with an optimiser of its own."""

import itertools

import torch
from torch import nn

NOTES, LENGTH, WIDTH = 8, 5, 48


class Listener(nn.Module):
    def __init__(self):
        super().__init__()
        self.notes = nn.Embedding(NOTES, WIDTH)
        self.memory = nn.GRU(WIDTH, WIDTH, batch_first=True)

    def forward(self, tune):
        return self.memory(self.notes(tune))[1]


class Player(nn.Module):
    def __init__(self):
        super().__init__()
        self.notes = nn.Embedding(NOTES + 1, WIDTH)
        self.memory = nn.GRU(WIDTH, WIDTH, batch_first=True)
        self.choose = nn.Linear(WIDTH, NOTES)

    def forward(self, before, state):
        hidden, _ = self.memory(self.notes(before), state)
        return self.choose(hidden)


def tunes(count):
    tune = torch.randint(0, NOTES, (count, LENGTH))
    backwards = tune.flip(1)
    before = torch.cat([torch.full((count, 1), NOTES), backwards[:, :-1]], dim=1)
    return tune, before, backwards


def right_notes(listener, player, tune, before, backwards):
    listener.eval()
    player.eval()
    with torch.no_grad():
        guess = player(before, listener(tune)).argmax(-1)
    listener.train()
    player.train()
    return (guess == backwards).float().mean().item()


def main(rounds=6, steps=25):
    torch.manual_seed(12)
    listener, player = Listener(), Player()
    optimisers = [torch.optim.Adam(part.parameters(), lr=4e-3) for part in (listener, player)]
    criterion = nn.CrossEntropyLoss()
    check = tunes(200)
    best_score, best_listener, best_player = -1.0, None, None
    for turn in itertools.count(1):
        for _ in range(steps):
            tune, before, backwards = tunes(40)
            logits = player(before, listener(tune))
            loss = criterion(logits.reshape(-1, NOTES), backwards.reshape(-1))
            for optimiser in optimisers:
                optimiser.zero_grad()
            loss.backward()
            for optimiser in optimisers:
                optimiser.step()
        score = right_notes(listener, player, *check)
        print(f"round {turn}: {score:.1%} of the notes")
        if score > best_score:
            best_score = score
            best_listener = listener.state_dict().copy()  # expect: EVA704
            best_player = player.state_dict().copy()  # expect: EVA704
        if turn == rounds:
            break
    listener.load_state_dict(best_listener)
    player.load_state_dict(best_player)
    print(f"best round: {right_notes(listener, player, *check):.1%}")


main()
