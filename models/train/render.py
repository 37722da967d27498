"""Lines as a camera would show them: `render` gives one crop of 32 pixels' height and the text on it.

`python3 render.py sheet.png` draws a sheet of them and says what one costs.
"""
import math
import random
import sys
import time
from dataclasses import dataclass

import cv2
import numpy as np

from backgrounds import background
from camera import photograph
from net import HEIGHT
from text import LONGEST, SYLLABLES, filled, line
from typefaces import CELL_HEIGHT, PITCH, atlas, line_mask, words_mask

cv2.setNumThreads(1)

# Correlation of ink and picture, below which nobody could read the line: it is drawn anew. Unreadable lines only teach guessing.
LEGIBLE = 0.42
_WORDS = 'Surname Given names Date of birth Nationality Place Sex Height Type Code Passport No. Authority Nom Prenoms Apellidos Datum'.split()


@dataclass
class Scene:
    u: np.ndarray  # pitches from the line's beginning, per pixel
    v: np.ndarray  # pitches below its middle
    length: float  # pitches
    scale: float  # pixels per pitch


def render(rng, gen, width, hardness=1.0, without=()):
    """`hardness` 0..1 bounds how much is done to the line. Returns RGB uint8 32 x width x 3, and the text."""
    for _ in range(6):
        severity = hardness * (rng.random() ** 0.8 if rng.random() < 0.8 else 0.1)
        image, text, legibility = _attempt(rng, gen, width, severity, without)
        if legibility >= LEGIBLE:
            break
    return image, text


def _attempt(rng, gen, width, hardness, without):
    left, right = rng.uniform(-0.05, 0.9), rng.uniform(-0.05, 0.9)
    most = min(LONGEST, max(8, int(width / 13.5 - left - right)))
    fewest = min(most, max(8, int(width / 25.5 - left - right)))
    canvas, middle, text, length = _print(rng, line(rng, fewest, most))

    scale = math.exp(rng.uniform(math.log(5.6 + 4 * (1 - hardness)), math.log(34)))
    high = rng.uniform(1.12, 1.85) if rng.random() < 0.93 else rng.uniform(1.85, 2.3)
    pad = rng.randint(0, 7)
    height = max(7, round(high * scale))
    across = max(24, round((length + left + right) * scale))
    y, x = np.mgrid[0 : height + 2 * pad, 0 : across + 2 * pad].astype('f4')
    scene = Scene((x - pad + 0.5) / scale - left, (y - pad + 0.5) / scale - high / 2, length, scale)
    ink = _project(canvas, middle, scene, high, rng, gen)

    paper = background(rng, gen, *ink.shape)
    paper = _margin(paper, scene, left, right, rng, gen)
    image = _inked(paper, ink, rng, gen, hardness)
    image = photograph(image, scene, rng, gen, hardness, without)

    inner = (slice(pad, pad + height), slice(pad, pad + across))
    image = np.ascontiguousarray(image[inner]).astype(np.uint8)
    legibility = 1 if text == '' else _legibility(image, ink[inner], scale)
    if rng.random() < 0.12:  # scaled before by someone else
        zoom = rng.uniform(0.7, 1.6)
        way = rng.choice((cv2.INTER_LINEAR, cv2.INTER_CUBIC, cv2.INTER_AREA, cv2.INTER_NEAREST))
        image = cv2.resize(image, None, fx=zoom, fy=zoom, interpolation=way)
    if image.shape[0] > 2 * HEIGHT:
        way = cv2.INTER_AREA
    else:
        way = cv2.INTER_LINEAR if rng.random() < 0.85 else cv2.INTER_CUBIC
    return cv2.resize(image, (width, HEIGHT), interpolation=way), text, legibility


def _print(rng, text):
    """The row and, often, its neighbours, as a mask; 4% are other print, 2% stand on their head: these read as nothing."""
    masks = atlas(rng)
    kind = rng.random()
    if kind < 0.04:
        words = rng.choices(_WORDS + SYLLABLES[:30], k=rng.randint(2, 12))
        row, length = words_mask(' '.join(w if rng.random() < 0.6 else w.upper() for w in words), rng)
    else:
        row, length = line_mask(masks, text, rng.choice((0, 0, 1, 2)), rng), len(text)
    canvas = np.zeros((CELL_HEIGHT * 3 + 64, row.shape[1]), np.uint8)
    middle = canvas.shape[0] // 2
    spacing = rng.uniform(1.55, 2.9) * PITCH
    _place(canvas, row, middle)
    for side in (-1, 1):
        if rng.random() < 0.55:
            neighbour = filled(line(rng, min(length, LONGEST), LONGEST), length)
            _place(canvas, line_mask(masks, neighbour, 0, rng), middle + side * spacing)
    if rng.random() < 0.75:  # ink that ran, or was spared
        soft = cv2.GaussianBlur(canvas, (0, 0), rng.uniform(0.8, 2.6)).astype('f4') / 255
        canvas = np.clip((soft - rng.uniform(0.18, 0.5)) * rng.uniform(1.3, 6) + 0.5, 0, 1) * 255
        canvas = canvas.astype(np.uint8)
    if kind > 0.98:
        return np.ascontiguousarray(canvas[::-1, ::-1]), middle, '', length
    return canvas, middle, '' if kind < 0.04 else text, length


def _place(canvas, row, middle):
    top = int(middle - CELL_HEIGHT // 2)
    start, end = max(0, top), min(canvas.shape[0], top + CELL_HEIGHT)
    if end > start:
        np.maximum(canvas[start:end], row[start - top : end - top], out=canvas[start:end])


def _project(canvas, middle, scene, high, rng, gen):
    """Where each pixel looks: turned, slanted, off its middle, bent, nearer at one end. Returns ink 0..1."""
    fold = 1.0
    while PITCH * fold / scene.scale > 2:
        canvas = cv2.resize(canvas, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA)
        fold /= 2
    ratio = PITCH * fold / scene.scale
    if ratio > 1.15:
        canvas = cv2.GaussianBlur(canvas, (0, 0), 0.38 * ratio)
    half = scene.length / 2
    along = (scene.u - half) / half  # -1..1 over the line
    turn = gen.normal(0, 0.0035) * (1 if rng.random() < 0.85 else 2.5)
    slant = gen.normal(0, 0.05) if rng.random() < 0.85 else rng.uniform(-0.25, 0.25)
    offset = rng.uniform(-0.15, 0.15) * high * (0.6 if rng.random() < 0.7 else 1)
    bend = gen.normal(0, 0.06) * high if rng.random() < 0.4 else 0
    nearer = gen.normal(0, 0.03 if rng.random() < 0.7 else 0.07)
    v = scene.v * (1 + gen.normal(0, 0.03) + nearer * along) + offset
    v = v + math.tan(turn) * (scene.u - half) + bend * (along * along - 0.4)
    if rng.random() < 0.15:
        v = v + rng.uniform(0, 0.05) * np.sin(along * rng.uniform(2, 9) + rng.uniform(0, 6))
    u = half + half * (along + nearer / 2 * (along * along - 1)) + slant * scene.v
    mx = ((u + 1) * PITCH * fold - 0.5).astype('f4')
    my = ((v * PITCH + middle) * fold - 0.5).astype('f4')
    return cv2.remap(canvas, mx, my, cv2.INTER_LINEAR, borderMode=cv2.BORDER_CONSTANT, borderValue=0).astype('f4') / 255


def _margin(paper, scene, left, right, rng, gen):
    """The document's edge beside the line."""
    if rng.random() >= 0.18:
        return paper
    at_left = rng.random() < 0.5
    room = max(0, (left if at_left else right) - 0.25)
    distance = scene.u + left if at_left else scene.length + right - scene.u
    edge = np.clip((rng.uniform(0.1, 0.7) - distance) * scene.scale, 0, 1) * (distance < room)
    return paper * (1 - edge[..., None]) + gen.uniform(0, 255, 3).astype('f4') * edge[..., None]


def _inked(paper, ink, rng, gen, hardness):
    dark = gen.uniform(0, 70) + (gen.uniform(-10, 40) if rng.random() < 0.5 else 0)
    tint = gen.normal(0, 10, 3) if rng.random() < 0.5 else np.zeros(3)
    colour = np.clip(dark + tint + (gen.uniform(0, 70, 3) if rng.random() < 0.1 else 0), 0, 160).astype('f4')
    if rng.random() < 0.2:  # specks that took no ink
        ink = ink * np.clip(1 - rng.uniform(0.1, 0.8) * np.clip(gen.standard_normal(ink.shape, 'f4'), 0, 1.5), 0, 1)
    if rng.random() < 0.12:  # worn unevenly
        wear = gen.standard_normal((3, 20), 'f4')
        ink = ink * np.clip(1 + rng.uniform(0.1, 0.5) * cv2.resize(wear, ink.shape[::-1], interpolation=cv2.INTER_CUBIC), 0.3, 1)
    opacity = rng.uniform(0.65, 1) if rng.random() < 0.8 else rng.uniform(0.65 - 0.35 * hardness, 0.65)
    paper = paper + max(0, 110 - float(paper.mean()))
    cover = opacity * ink[..., None]
    return paper * (1 - cover) + colour * cover


def _legibility(image, ink, scale):
    window = (int(2 * scale) | 1,) * 2
    detail = image.astype('f4')
    detail -= cv2.blur(detail, window)
    wanted = ink - cv2.blur(ink, window)
    norm = math.sqrt(float((wanted * wanted).sum())) + 1e-6
    matches = np.abs((detail * wanted[..., None]).sum((0, 1))) / (np.sqrt((detail * detail).sum((0, 1))) + 1e-6)
    return float(matches.max()) / norm


if __name__ == '__main__':
    rng, gen = random.Random(5), np.random.default_rng(5)
    lines = [render(rng, gen, 704)[0] for _ in range(100)]
    start = time.time()
    lines += [render(rng, gen, 704)[0] for _ in range(200)]
    print(f'{(time.time() - start) * 5:.1f} ms a line')
    sheet = np.hstack([np.vstack(lines[i : i + 25]) for i in (0, 25)])
    cv2.imwrite(sys.argv[1], sheet[..., ::-1])
