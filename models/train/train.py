"""Trains the recogniser on rendered lines: `python3 train.py FOLDER [--steps N | --until HH:MM]`; run it again to go on.

FOLDER keeps `state.pt` (everything, to go on from), `net.pt` (averaged weights, what is exported) and `log.txt`.
"""
import argparse
import math
import os
import random
import time
from collections import deque
from datetime import datetime, timedelta, timezone
from pathlib import Path
from queue import Full

# A thread that spins while it waits takes the processor from whoever else works on this machine.
os.environ.setdefault('OMP_WAIT_POLICY', 'PASSIVE')

import numpy as np
import torch
import torch.multiprocessing as processes
from torch import nn

from camera import CONDITIONS
from narrow import narrowed
from net import CLASSES, COLUMNS_PER_STEP, WIDE, WIDTHS as NARROW, LineNet
from scores import compare, greedy
from text import CHARACTERS
from typefaces import require

WIDTHS, SHARES = (384, 512, 640, 768, 896), (0.1, 0.22, 0.28, 0.2, 0.2)
COLUMNS = 11264  # of a batch: as many lines as fit
WARM_UP = 200  # steps
HARDER_UNTIL = 900  # steps from a hardness of 0.25 to the full one
AVERAGE = 0.998  # of the weights, over steps
KEEP_EVERY = 200  # steps
BLANK = CLASSES - 1


def batch(rng, gen, hardness, without):
    from render import render

    width = rng.choices(WIDTHS, SHARES)[0]
    lines = [render(rng, gen, width, hardness, without) for _ in range(COLUMNS // width)]
    return np.stack([image for image, _ in lines]), [text for _, text in lines]


def draw(seed, number, queue, without, harder_until):
    """Draws batches while the trainer lives. Each has a seed of its own, so that going on later draws new ones."""
    torch.set_num_threads(1)
    queue.cancel_join_thread()
    trainer = os.getppid()
    while os.getppid() == trainer:
        rng, gen = random.Random(seed * 10**9 + number), np.random.default_rng((seed, number))
        hardness = 1.0 if number >= harder_until else 0.25 + 0.75 * number / harder_until
        drawn = batch(rng, gen, hardness, without)
        number += 1
        while os.getppid() == trainer:
            try:
                queue.put(drawn, timeout=5)
                break
            except Full:
                pass


def tensor(images):
    return torch.from_numpy(images).permute(0, 3, 1, 2).float().contiguous(memory_format=torch.channels_last)


def loss_of(net, images, texts):
    logs = net(tensor(images)).log_softmax(-1).transpose(0, 1)
    lengths = torch.tensor([len(text) for text in texts])
    targets = torch.tensor([CHARACTERS.index(c) for text in texts for c in text], dtype=torch.long)
    steps = torch.full((len(texts),), images.shape[2] // COLUMNS_PER_STEP)
    losses = nn.functional.ctc_loss(logs, targets, steps, lengths, BLANK, reduction='none', zero_infinity=True)
    return (losses / lengths.clamp(min=25)).mean()


def average_into(averaged, net, step):
    keep = min(AVERAGE, (1 + step) / (10 + step))
    with torch.no_grad():
        for mean, value in zip(averaged.state_dict().values(), net.state_dict().values()):
            if mean.dtype.is_floating_point:
                mean.lerp_(value.contiguous(), 1 - keep)
            else:
                mean.copy_(value)


def examine(net, lines):
    """On lines rendered as hard as any, always the same."""
    net.eval()
    with torch.no_grad():
        pairs = [(text, greedy(net(tensor(images))[i].numpy())) for images, texts in lines for i, text in enumerate(texts)]
    return compare(pairs)


def moment(clock):
    now = datetime.now(timezone.utc)
    at = now.replace(hour=int(clock[:2]), minute=int(clock[3:]), second=0)
    return (at if at > now else at + timedelta(days=1)).timestamp()


def trimmed_mean(durations):
    """Without the slowest fiftieth: a process that was stopped for minutes is not slow."""
    kept = sorted(durations)[: max(1, len(durations) * 49 // 50)]
    return sum(kept) / len(kept)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument('folder', type=Path)
    parser.add_argument('--steps', type=int, default=6000)
    parser.add_argument('--until', help='HH:MM, UTC: choose the number of steps from the speed seen so far')
    parser.add_argument('--seed', type=int, default=1)
    parser.add_argument('--rate', type=float, default=2e-3)
    parser.add_argument('--threads', type=int, default=2)
    parser.add_argument('--wide', action='store_true', help='the network that the one of the service was made from')
    parser.add_argument('--from', dest='source', type=Path, help='net.pt to begin with, made narrower; its lines are hard at once')
    parser.add_argument('--without', default='', help='conditions to leave out, by comma: ' + ','.join(CONDITIONS))
    options = parser.parse_args()
    require()
    without = tuple(filter(None, options.without.split(',')))
    assert set(without) <= set(CONDITIONS), without
    options.folder.mkdir(parents=True, exist_ok=True)
    torch.set_num_threads(options.threads)
    torch.manual_seed(options.seed)
    log_file = (options.folder / 'log.txt').open('a')

    def log(text):
        print(text, file=log_file, flush=True)
        print(text, flush=True)

    widths = WIDE if options.wide else NARROW
    net, averaged = LineNet(widths), LineNet(widths)
    if options.source:
        net.load_state_dict(narrowed(torch.load(options.source), widths))
    averaged.load_state_dict(net.state_dict())
    net = net.to(memory_format=torch.channels_last)
    matrices = [p for p in net.parameters() if p.ndim > 1]
    vectors = [p for p in net.parameters() if p.ndim <= 1]
    groups = [{'params': matrices, 'weight_decay': 0.01}, {'params': vectors, 'weight_decay': 0}]
    optimizer = torch.optim.AdamW(groups, lr=options.rate, betas=(0.9, 0.98))
    step, planned = 0, options.steps
    until = moment(options.until) if options.until else None
    state_file = options.folder / 'state.pt'
    if state_file.exists():
        state = torch.load(state_file)
        net.load_state_dict(state['net'])
        averaged.load_state_dict(state['averaged'])
        optimizer.load_state_dict(state['optimizer'])
        step = state['step']
        log(f'goes on from step {step}')

    def keep():
        state = {'net': net.state_dict(), 'averaged': averaged.state_dict(), 'optimizer': optimizer.state_dict(), 'step': step}
        part = state_file.with_suffix('.part')
        torch.save(state, part)
        os.replace(part, state_file)
        torch.save(averaged.state_dict(), options.folder / 'net.pt')

    context = processes.get_context('spawn')
    queue = context.Queue(16)
    harder_until = 0 if options.source else HARDER_UNTIL
    drawer = context.Process(target=draw, args=(options.seed, step, queue, without, harder_until), daemon=True)
    drawer.start()
    check_rng, check_gen = random.Random(10**6), np.random.default_rng(10**6)
    check = [batch(check_rng, check_gen, 1.0, ()) for _ in range(16)]
    log(f'{sum(p.numel() for p in net.parameters())} parameters, {sum(len(t) for _, t in check)} lines to check on')

    running, lines, durations, last = None, 0, deque(maxlen=200), time.time()
    net.train()
    while step < planned:
        images, texts = queue.get()
        progress = step / planned
        rate = options.rate * min(1, (step + 1) / WARM_UP) * (0.01 + 0.99 * 0.5 * (1 + math.cos(math.pi * progress)))
        for group in optimizer.param_groups:
            group['lr'] = rate
        loss = loss_of(net, images, texts)
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        nn.utils.clip_grad_norm_(net.parameters(), 2.0)
        optimizer.step()
        step += 1
        average_into(averaged, net, step)
        lines += len(texts)
        durations.append(time.time() - last)
        last = time.time()
        running = loss.item() if running is None else 0.98 * running + 0.02 * loss.item()
        if step % 50 == 0:
            speed = 1 / trimmed_mean(durations)
            if until:
                planned = step + max(0, int((until - time.time()) * speed))
            log(f'step {step} of {planned} loss {running:.4f} rate {rate:.2e} {speed:.2f} steps/s {lines} lines {queue.qsize()} waiting')
        if step % KEEP_EVERY == 0 or step >= planned:
            keep()
        if step % (KEEP_EVERY * 2) == 0 or step >= planned:
            log(f'check at {step}: {examine(averaged, check)}')
    drawer.terminate()


if __name__ == '__main__':
    main()
