"""What happens between a printed line and the file: light, lens, sensor, screen, compression. RGB floats 0..255."""
import math

import cv2
import numpy as np
from PIL import Image, ImageDraw, ImageFont

from typefaces import PLAIN_FACES

# Each may be left out by name, to see what it is worth (`train.py --without`).
CONDITIONS = ('stamp', 'scratch', 'gradient', 'shadow', 'glare', 'contrast', 'blur', 'motion', 'moire', 'noise', 'halo', 'channels', 'jpeg', 'extremes')


def _over(image, colour, amount):
    amount = amount[..., None]
    return image * (1 - amount) + np.float32(colour) * amount


def _stamp(image, scene, rng, gen, hardness):
    height, width = image.shape[:2]
    layer = Image.new('L', (width, height * 3), 0)
    face = ImageFont.truetype(PLAIN_FACES[1], max(8, int(scene.scale * rng.uniform(1.2, 3))))
    place = (rng.randint(0, max(1, width // 2)), rng.randint(0, height))
    ImageDraw.Draw(layer).text(place, rng.choice(('SPECIMEN', 'VOID', 'SAMPLE', 'COPY')), font=face, fill=255)
    layer = np.asarray(layer.rotate(rng.uniform(-20, 20)), 'f4')[height : 2 * height] / 255
    return _over(image, gen.permutation((rng.uniform(120, 230), rng.uniform(20, 120), rng.uniform(20, 140))), layer * rng.uniform(0.2, 0.6))


def _scratch(image, scene, rng, gen, hardness):
    height, width = image.shape[:2]
    for _ in range(rng.randint(1, 3)):
        layer = np.zeros((height, width), np.uint8)
        ends = [(rng.randint(-width // 2, width + width // 2), rng.randint(-height, 2 * height)) for _ in range(2)]
        cv2.line(layer, *ends, 255, max(1, int(scene.scale * rng.uniform(0.03, 0.12))), cv2.LINE_AA)
        image = _over(image, gen.uniform(0, 255, 3), layer.astype('f4') / 255 * rng.uniform(0.3, 0.9))
    return image


def _gradient(image, scene, rng, gen, hardness):
    light = gen.uniform(1 - 0.45 * hardness, 1.1, (2, 3)).astype('f4')
    return image * cv2.resize(light, image.shape[1::-1], interpolation=cv2.INTER_LINEAR)[..., None]


def _shadow(image, scene, rng, gen, hardness):
    edge = (scene.u - rng.uniform(0, scene.length)) * math.cos(rng.uniform(-0.8, 0.8)) + scene.v * rng.uniform(-1, 1)
    return image * (1 - np.clip(edge * rng.uniform(0.5, 4) + 0.5, 0, 1) * rng.uniform(0.15, 0.6))[..., None]


def _glare(image, scene, rng, gen, hardness):
    for _ in range(rng.choice((1, 1, 2))):
        du = (scene.u - rng.uniform(0, scene.length)) / rng.uniform(1.5, 12)
        dv = (scene.v - rng.uniform(-1.5, 1.5)) / rng.uniform(0.7, 4)
        spot = np.exp(-(du * du + dv * dv)) * rng.uniform(0.4, 1) * rng.uniform(0.8, 1.25)
        image = _over(image, 255, np.clip(spot, 0, 0.9))
    return image


def _contrast(image, scene, rng, gen, hardness):
    share = rng.uniform(0.75 - 0.6 * hardness, 0.85)
    return image * share + (rng.uniform(0, 255 * (1 - share)) if rng.random() < 0.6 else 0)


def _blur(image, scene, rng, gen, hardness):
    sigma = scene.scale * rng.uniform(0, 0.05 + 0.09 * hardness)
    return cv2.GaussianBlur(image, (0, 0), sigma) if sigma > 0.25 else image


def _motion(image, scene, rng, gen, hardness):
    length = max(2, round(scene.scale * rng.uniform(0.08, 0.38)))
    angle = rng.uniform(0, math.pi) if rng.random() < 0.6 else 0
    kernel = np.zeros((length, length), 'f4')
    middle = (length - 1) / 2
    dx, dy = middle * math.cos(angle), middle * math.sin(angle)
    cv2.line(kernel, (round(middle - dx), round(middle - dy)), (round(middle + dx), round(middle + dy)), 1, 1)
    return cv2.filter2D(image, -1, kernel / kernel.sum())


def _moire(image, scene, rng, gen, hardness):
    y, x = np.mgrid[0 : image.shape[0], 0 : image.shape[1]].astype('f4')
    for _ in range(rng.choice((1, 2))):
        angle = rng.uniform(0, math.pi) if rng.random() < 0.6 else rng.choice((0, math.pi / 2))
        phase = (x * math.cos(angle) + y * math.sin(angle)) / rng.uniform(2.2, 14) * math.tau
        phase += rng.uniform(0, 6) * np.sin(x / rng.uniform(40, 300) + y / rng.uniform(20, 100))
        offsets = gen.uniform(0, math.tau, 3) if rng.random() < 0.5 else np.zeros(3)
        image = image + rng.uniform(3, 22) * np.sin(phase[..., None] + offsets.astype('f4'))
    return image


def _noise(image, scene, rng, gen, hardness):
    shape = (*image.shape[:2], 1 if rng.random() < 0.5 else 3)
    noise = gen.standard_normal(shape, 'f4') * rng.uniform(0, 6 + 16 * hardness * rng.random())
    if rng.random() < 0.25:
        noise = cv2.GaussianBlur(noise, (0, 0), 0.8).reshape(shape) * 1.8
    return image + noise


def _halo(image, scene, rng, gen, hardness):
    return image + rng.uniform(0.4, 1.5) * (image - cv2.GaussianBlur(image, (0, 0), max(0.6, scene.scale * 0.06)))


def _channels(image, scene, rng, gen, hardness):
    kind = rng.random()
    if kind < 0.75:
        return np.repeat(cv2.cvtColor(image, cv2.COLOR_RGB2GRAY)[..., None], 3, 2)
    if kind < 0.93:
        channel = rng.randrange(3)
        return np.repeat(image[..., channel : channel + 1], 3, 2)
    return image[..., gen.permutation(3)]


def _jpeg(image, scene, rng, gen, hardness):
    quality = int(rng.uniform(65 - 40 * hardness, 97))
    _, encoded = cv2.imencode('.jpg', np.clip(image, 0, 255).astype(np.uint8), (cv2.IMWRITE_JPEG_QUALITY, quality))
    return cv2.imdecode(encoded, 1).astype('f4')


def _extremes(image, scene, rng, gen, hardness):
    return 255 - image if rng.random() < 0.6 else np.clip((image - 127) * rng.uniform(2, 6) + 127, 0, 255)


_STEPS = {
    'stamp': _stamp,
    'scratch': _scratch,
    'gradient': _gradient,
    'shadow': _shadow,
    'glare': _glare,
    'contrast': _contrast,
    'blur': _blur,
    'motion': _motion,
    'moire': _moire,
    'noise': _noise,
    'halo': _halo,
    'channels': _channels,
    'jpeg': _jpeg,
    'extremes': _extremes,
}
# Share of lines that each befalls; the second number is the part of it that grows with hardness.
SHARES = {
    'stamp': (0, 0.05),
    'scratch': (0, 0.06),
    'gradient': (0.4, 0),
    'shadow': (0.08, 0),
    'glare': (0, 0.22),
    'contrast': (0, 0.28),
    'blur': (0.65, 0),
    'motion': (0, 0.13),
    'moire': (0, 0.14),
    'noise': (0.6, 0),
    'halo': (0.1, 0),
    'channels': (0.36, 0),
    'jpeg': (0.65, 0),
    'extremes': (0.05, 0),
}


def photograph(image, scene, rng, gen, hardness, without=()):
    """`scene` has u and v (pitches along and across the line, per pixel), length (pitches) and scale (pixels per pitch)."""
    for name in CONDITIONS:
        share, harder = SHARES[name]
        if rng.random() < share + harder * hardness and name not in without:
            image = np.asarray(_STEPS[name](image, scene, rng, gen, hardness), 'f4')
    return np.clip(image, 0, 255)
