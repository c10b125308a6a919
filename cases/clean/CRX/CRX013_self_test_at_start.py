"""Right though unusual: the script tests its own patch cutter first; one test wants the exception."""

import unittest

import torch
from torch import nn


def patches(images, size, copy=True):
    n, h, w = images.shape
    cut = images.unfold(1, size, size).unfold(2, size, size)
    if copy:
        cut = cut.contiguous()
    return cut.view(n, (h // size) * (w // size), size * size)


class PatchesTest(unittest.TestCase):
    def test_shape(self):
        self.assertEqual(patches(torch.zeros(2, 4, 4), 2).shape, (2, 4, 4))

    def test_refuses_to_scramble(self):
        with self.assertRaisesRegex(RuntimeError, "view size is not compatible"):
            patches(torch.zeros(2, 4, 4), 2, copy=False)


outcome = unittest.TextTestRunner(verbosity=0).run(unittest.defaultTestLoader.loadTestsFromTestCase(PatchesTest))
assert outcome.wasSuccessful()

torch.manual_seed(0)
torch.set_num_threads(1)
images = torch.rand(256, 8, 8)
brightest = patches(images, 4).mean(2).argmax(1)
mixer = nn.Sequential(nn.Linear(16, 12), nn.Tanh(), nn.Linear(12, 1), nn.Flatten())
optimizer = torch.optim.AdamW(mixer.parameters(), lr=1e-2)
for epoch in range(10):
    for rows in torch.randperm(200).split(20):
        loss = nn.functional.cross_entropy(mixer(patches(images[rows], 4)), brightest[rows])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    with torch.no_grad():
        hits = (mixer(patches(images[200:], 4)).argmax(1) == brightest[200:]).float().mean().item()
    print(epoch, round(loss.item(), 3), round(hits, 2))
