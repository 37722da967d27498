"""What documents are printed on: paper, guilloche, pictures, microtext, coloured blocks."""
import math

import cv2
import numpy as np
from PIL import Image, ImageDraw, ImageFont

from text import LETTERS
from typefaces import PLAIN_FACES

_HEIGHT, _WIDTH = 128, 1400
_Y, _X = np.mgrid[0:_HEIGHT, 0:_WIDTH].astype('f4')
_KINDS = ('plain', 'guilloche', 'picture', 'microtext', 'blocks', 'all')
_WEIGHTS = (24, 32, 12, 10, 10, 12)
_KEPT = 300


def _blend(paper, colour, amount):
    amount = amount[..., None]
    return paper * (1 - amount) + colour * amount


def _clouds(gen, octaves, cells):
    total = np.zeros((_HEIGHT, _WIDTH), 'f4')
    for octave in range(octaves):
        size = (max(2, cells * 2**octave * _WIDTH // _HEIGHT + 1), max(2, cells * 2**octave + 1))
        noise = gen.standard_normal(size[::-1]).astype('f4')
        total += 0.6**octave * cv2.resize(noise, (_WIDTH, _HEIGHT), interpolation=cv2.INTER_CUBIC)
    return (total - total.mean()) / (total.std() + 1e-6)


def _guilloche(paper, rng, gen):
    for _ in range(rng.randint(1, 4)):
        angle = gen.uniform(0, math.pi)
        u = _X * math.cos(angle) + _Y * math.sin(angle)
        v = -_X * math.sin(angle) + _Y * math.cos(angle)
        phase = u / gen.uniform(4, 26) * math.tau
        phase += gen.uniform(0.3, 9) * np.sin(v / gen.uniform(15, 160) * math.tau + gen.uniform(0, 6))
        phase += gen.uniform(0, 3) * np.sin(u / gen.uniform(20, 200) * math.tau)
        thinness = gen.uniform(-0.2, 0.9)
        lines = np.clip((np.sin(phase) - thinness) / (1.05 - thinness) * gen.uniform(1, 3), 0, 1)
        paper = _blend(paper, gen.uniform(40, 255, 3).astype('f4'), lines * gen.uniform(0.06, 0.55))
    return paper


def _picture(paper, rng, gen):
    colour = gen.uniform(60 if rng.random() < 0.5 else 130, 255, 3).astype('f4')
    amount = gen.uniform(0.1, 0.6) / (1 + np.exp(-_clouds(gen, 5, 3) * gen.uniform(0.7, 4)))
    paper = _blend(paper, colour, amount)
    return paper + _clouds(gen, 5, 8)[..., None] * gen.uniform(0, 10, 3).astype('f4') if rng.random() < 0.5 else paper


def _microtext(paper, rng, gen):
    word = ''.join(rng.choices(LETTERS + LETTERS.lower() + ' ', k=rng.randint(2, 9)))
    size = rng.choice((7, 9, 12, 18, 30, 60, 100))
    face = ImageFont.truetype(rng.choice(PLAIN_FACES), size)
    image = Image.new('L', (_WIDTH, _HEIGHT), 0)
    draw = ImageDraw.Draw(image)
    y = -5
    while y < _HEIGHT:
        draw.text((rng.randint(-200, 0), y), word * (200 if size < 40 else 20), font=face, fill=255)
        y += int(size * rng.uniform(1, 1.6))
    return _blend(paper, gen.uniform(30, 255, 3).astype('f4'), np.asarray(image, 'f4') / 255 * gen.uniform(0.08, 0.45))


def _blocks(paper, rng, gen):
    for _ in range(rng.randint(1, 5)):
        mask = np.zeros((_HEIGHT, _WIDTH), np.uint8)
        points = np.stack([gen.integers(-100, _WIDTH + 100, 4), gen.integers(-60, _HEIGHT + 60, 4)], 1).astype(np.int32)
        kind = rng.random()
        if kind < 0.5:
            cv2.fillPoly(mask, [points], 255)
        elif kind < 0.75:
            cv2.polylines(mask, [points], rng.random() < 0.5, 255, rng.randint(1, 7))
        else:
            centre = (int(points[0, 0]), int(points[0, 1]))
            cv2.circle(mask, centre, rng.randint(20, 300), 255, rng.choice((-1, -1, 2, 4)))
        paper = _blend(paper, gen.uniform(70, 255, 3).astype('f4'), mask.astype('f4') / 255 * gen.uniform(0.1, 0.6))
    return paper


_LAYERS = {'guilloche': _guilloche, 'picture': _picture, 'microtext': _microtext, 'blocks': _blocks}


def _sheet(rng, gen):
    kind = rng.choices(_KINDS, _WEIGHTS)[0]
    paper = np.empty((_HEIGHT, _WIDTH, 3), 'f4')
    paper[:] = np.clip(gen.uniform(150, 255) + gen.normal(0, 18, 3), 60, 255)
    if rng.random() < 0.5:
        shade = cv2.resize(gen.uniform(-1, 1, (2, 4, 3)).astype('f4'), (_WIDTH, _HEIGHT), interpolation=cv2.INTER_LINEAR)
        paper += shade * gen.uniform(3, 30)
    for name, layer in _LAYERS.items():
        if kind == name or (kind == 'all' and rng.random() < 0.9):
            paper = layer(paper, rng, gen)
    if rng.random() < 0.6:  # most documents are pale and of little colour
        grey = paper.mean(2, keepdims=True)
        paper = 255 - (255 - grey - (paper - grey) * rng.uniform(0.15, 0.7)) * rng.uniform(0.3, 0.8)
    return np.clip(paper, 0, 255).astype(np.uint8)


_sheets = []


def background(rng, gen, height, width):
    """A piece of some sheet. Sheets are dear, so each is used about 25 times, at other places and sizes."""
    if len(_sheets) < 60 or rng.random() < 0.04:
        sheet = _sheet(rng, gen)
        if len(_sheets) < _KEPT:
            _sheets.append(sheet)
        else:
            _sheets[rng.randrange(_KEPT)] = sheet
    zoom = 2 ** rng.uniform(-1, 1.3)
    h, w = min(_HEIGHT, max(8, int(height / zoom))), min(_WIDTH, max(8, int(width / zoom)))
    y, x = rng.randint(0, _HEIGHT - h), rng.randint(0, _WIDTH - w)
    piece = rng.choice(_sheets)[y : y + h, x : x + w]
    if rng.random() < 0.5:
        piece = piece[:, ::-1]
    if rng.random() < 0.5:
        piece = piece[::-1]
    piece = np.ascontiguousarray(piece)
    piece = cv2.resize(piece, (width, height), interpolation=cv2.INTER_LINEAR if zoom > 1 else cv2.INTER_AREA).astype('f4')
    return piece[..., gen.permutation(3)] if rng.random() < 0.4 else piece
