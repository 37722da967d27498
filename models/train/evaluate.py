"""`python3 evaluate.py net.pt [lines]`: what the network makes of rendered lines, condition by condition.

Real photos are measured by the service itself: `npm run bench -- mrz-lines`.
"""
import random
import sys
from collections import Counter

import numpy as np
import torch

import camera
from net import load
from render import render
from scores import compare, greedy


def read(net, images):
    with torch.no_grad():
        logits = net(torch.from_numpy(np.stack(images)).permute(0, 3, 1, 2).float()).numpy()
    return [greedy(line) for line in logits]


def lines(count, without=(), seed=10**6 + 1):
    rng, gen = random.Random(seed), np.random.default_rng(seed)
    drawn = [render(rng, gen, 704, 1.0, without) for _ in range(count)]
    return [image for image, _ in drawn], [text for _, text in drawn]


def main(weights, count=200):
    net = load(weights)
    confused = Counter()
    others = set(camera.CONDITIONS)
    for name in ('as trained', 'none', *camera.CONDITIONS):
        without = {'as trained': (), 'none': others}.get(name, others - {name})
        if name in camera.CONDITIONS:
            share, harder = camera.SHARES[name]
            camera.SHARES[name] = (1, 0)
        images, texts = lines(int(count), without)
        readings = [reading for i in range(0, len(images), 16) for reading in read(net, images[i : i + 16])]
        print(f'{name:12} {compare(list(zip(texts, readings)))}')
        if name in camera.CONDITIONS:
            camera.SHARES[name] = (share, harder)
        for text, reading in zip(texts, readings):
            if len(text) == len(reading):
                confused.update((a, b) for a, b in zip(text, reading) if a != b)
    print('most confused:', ', '.join(f'{a} as {b} {n}x' for (a, b), n in confused.most_common(10)))


if __name__ == '__main__':
    main(*sys.argv[1:])
