"""Typefaces of Debian packages, as masks of one character per cell of even pitch."""
import os

import cv2
import numpy as np
from PIL import Image, ImageDraw, ImageFont

from text import CHARACTERS

PITCH = 32  # pixels from one character to the next, before the picture is taken
CELL_HEIGHT = 64

_ROOT = '/usr/share/fonts'
# (path under the root, weight, Debian package). OCRBF is an outline, OCRBE and OCRBX are inverted: left out.
_FACES = (
    ('opentype/ocr-b/OCRB.otf', 40, 'fonts-ocr-b'),
    ('opentype/ocr-b/OCRBS.otf', 18, 'fonts-ocr-b'),
    ('opentype/ocr-b/OCRBL.otf', 2, 'fonts-ocr-b'),
    ('truetype/ocr-a/OCRA.ttf', 1, 'fonts-ocr-a'),
    ('truetype/liberation/LiberationMono-Regular.ttf', 2.5, 'fonts-liberation'),
    ('truetype/liberation/LiberationMono-Bold.ttf', 2, 'fonts-liberation'),
    ('truetype/liberation/LiberationSans-Regular.ttf', 1.5, 'fonts-liberation'),
    ('truetype/liberation/LiberationSans-Bold.ttf', 1, 'fonts-liberation'),
    ('truetype/liberation/LiberationSansNarrow-Bold.ttf', 0.5, 'fonts-liberation'),
    ('truetype/dejavu/DejaVuSans.ttf', 1, 'fonts-dejavu-core'),
    ('truetype/dejavu/DejaVuSansMono.ttf', 3, 'fonts-dejavu-core'),
    ('truetype/dejavu/DejaVuSansMono-Bold.ttf', 1, 'fonts-dejavu-core'),
    ('truetype/freefont/FreeMono.ttf', 1.5, 'fonts-freefont-ttf'),
    ('truetype/freefont/FreeMonoBold.ttf', 1.5, 'fonts-freefont-ttf'),
    ('opentype/courier-prime/Courier Prime.otf', 1, 'fonts-courier-prime'),
    ('opentype/courier-prime/Courier Prime Code.otf', 1, 'fonts-courier-prime'),
    ('opentype/courier-prime/Courier Prime Sans.otf', 1, 'fonts-courier-prime'),
    ('truetype/croscore/Cousine-Bold.ttf', 1, 'fonts-croscore'),
    ('opentype/b612/B612Mono-Regular.otf', 1, 'fonts-b612'),
    ('truetype/noto/NotoSansMono-Regular.ttf', 1, 'fonts-noto-mono'),
    ('truetype/roboto/unhinted/RobotoTTF/Roboto-Medium.ttf', 1, 'fonts-roboto-unhinted'),
    ('truetype/hack/Hack-Regular.ttf', 1, 'fonts-hack'),
    ('truetype/inconsolata/Inconsolata.otf', 1.5, 'fonts-inconsolata'),
    ('truetype/firacode/FiraCode-Regular.ttf', 1, 'fonts-firacode'),
    ('truetype/anonymous-pro/Anonymous Pro.ttf', 0.5, 'fonts-anonymous-pro'),
    ('opentype/urw-base35/NimbusMonoPS-Regular.otf', 1.5, 'fonts-urw-base35'),
    ('opentype/urw-base35/NimbusMonoPS-Bold.otf', 1, 'fonts-urw-base35'),
    ('opentype/urw-base35/NimbusSans-Regular.otf', 1, 'fonts-urw-base35'),
)
PLAIN_FACES = [
    f'{_ROOT}/truetype/{path}'
    for path in ('dejavu/DejaVuSans.ttf', 'dejavu/DejaVuSans-Bold.ttf', 'dejavu/DejaVuSerif.ttf', 'liberation/LiberationSans-Regular.ttf')
]


def require():
    """Stops with the names of the packages whose files are missing."""
    missing = {package for path, _, package in _FACES if not os.path.exists(f'{_ROOT}/{path}')}
    if missing:
        raise SystemExit('missing Debian packages: ' + ' '.join(sorted(missing)))


_atlases = {}


def atlas(rng):
    """Masks of all characters in one typeface, size and width; the same choice gives the same masks."""
    path, _, package = rng.choices(_FACES, [weight for _, weight, _ in _FACES])[0]
    capital = rng.choice((27, 29, 30, 31, 33) if package == 'fonts-ocr-b' else (24, 27, 30))
    stretch = rng.choice((0.88, 0.94, 1, 1, 1, 1.08))
    key = (path, capital, stretch)
    if key not in _atlases:
        _atlases[key] = _draw(f'{_ROOT}/{path}', capital, stretch)
    return _atlases[key]


def _draw(path, capital, stretch):
    """`capital`: height of an H in pixels; `stretch`: width of a character, as a multiple of its own."""
    scale = 2
    probe = ImageFont.truetype(path, 200).getbbox('H')
    face = ImageFont.truetype(path, max(8, round(200 * capital * scale / (probe[3] - probe[1]))))
    bottom = face.getbbox('H')[3]
    advance = face.getlength('H')
    even = abs(face.getlength('I') - face.getlength('W')) < 1
    masks = []
    for character in CHARACTERS:
        image = Image.new('L', (PITCH * 2 * scale, CELL_HEIGHT * scale), 0)
        left, _, right, _ = face.getbbox(character)
        x = PITCH * scale - (advance / 2 if even else (left + right) / 2)
        ImageDraw.Draw(image).text((x, (CELL_HEIGHT + capital) / 2 * scale - bottom), character, font=face, fill=255)
        masks.append(cv2.resize(np.asarray(image), (max(2, int(PITCH * 2 * stretch)), CELL_HEIGHT), interpolation=cv2.INTER_AREA))
    return masks


def line_mask(masks, text, jitter, rng):
    """One row, a pitch of margin at both ends; every character up to `jitter` pixels off its place."""
    row = np.zeros((CELL_HEIGHT, (len(text) + 2) * PITCH), np.uint8)
    for i, character in enumerate(text):
        mask = masks[CHARACTERS.index(character)]
        if jitter and rng.random() < 0.5:
            mask = np.roll(mask, rng.randint(-1, 1), 0)
        width = mask.shape[1]
        x = PITCH + i * PITCH + PITCH // 2 - width // 2 + rng.randint(-jitter, jitter)
        x = max(0, min(x, row.shape[1] - width))
        np.maximum(row[:, x : x + width], mask, out=row[:, x : x + width])
    return row


def words_mask(words, rng):
    """A row of other print: no line of a zone, so it reads as nothing. Returns the mask and its length in pitches."""
    face = ImageFont.truetype(rng.choice(PLAIN_FACES), rng.choice((34, 38, 42)))
    length = max(8, min(44, round(face.getlength(words) / PITCH)))
    image = Image.new('L', ((length + 2) * PITCH, CELL_HEIGHT), 0)
    ImageDraw.Draw(image).text((PITCH, CELL_HEIGHT // 2), words, font=face, fill=255, anchor='lm')
    return np.asarray(image), length
