/** A drawn document as a camera may see it: tests and measurements know what was spoilt, and how. */
import sharp, { type Sharp } from 'sharp';
import type { Point } from '../../lambdas/vision/affine.ts';
import { rectified } from '../../lambdas/vision/document/barcode/grey.ts';
import { bestHomography } from '../../lambdas/vision/homography.ts';
import type { Random } from '../evaluate/seeded-random.ts';
import type { Condition } from './conditions.ts';
import { TABLE } from './specimen.ts';

interface Pixels {
  readonly data: Buffer;
  readonly width: number;
  readonly height: number;
}

/** JPEG of a picture of a document under one condition, each drawing of `random` a little differently. */
export async function photographed(document: Uint8Array, condition: Condition, random: Random): Promise<Buffer> {
  const between = (least: number, most: number) => least + (most - least) * random();
  const slightly = between(-1.5, 1.5);
  switch (condition) {
    case 'plain':
      return jpeg(sharp(document).rotate(slightly, { background: TABLE }), 90);
    case 'angle':
      return jpeg(image(await seenFromAside(document, random)), 85);
    case 'blur':
      return jpeg(sharp(document).rotate(slightly, { background: TABLE }).blur(between(1.2, 2.4)), 80);
    case 'glare':
      return jpeg(sharp(document).composite([{ input: await glare(document, random), blend: 'screen' }]), 85);
    case 'moire':
      return jpeg(image(await throughScreen(document, between(2.6, 5), between(0.06, 0.16), between(0.1, 0.7))), 80);
    case 'dark':
      return jpeg(image(await inTheDark(document, between(0.25, 0.45), between(3, 7), random)), 70);
    case 'small': {
      const { width } = await sharp(document).metadata();
      return jpeg(sharp(document).resize(Math.round(width * between(0.45, 0.6))), 75);
    }
    case 'sideways':
      return jpeg(sharp(document).rotate(random() < 0.5 ? 90 : 270), 88);
    case 'upside-down':
      return jpeg(sharp(document).rotate(180 + slightly, { background: TABLE }), 88);
  }
}

const jpeg = (picture: Sharp, quality: number): Promise<Buffer> =>
  picture.flatten({ background: TABLE }).jpeg({ quality }).toBuffer();

const image = ({ data, width, height }: Pixels): Sharp => sharp(data, { raw: { width, height, channels: 3 } });

async function pixelsOf(document: Uint8Array): Promise<Pixels> {
  const { data, info } = await sharp(document).removeAlpha().raw().toBuffer({ resolveWithObject: true });
  return { data, width: info.width, height: info.height };
}

/** Each corner moved inwards by up to 9% of the picture, which tilts it by about 25°, and turned by up to 6°. */
async function seenFromAside(document: Uint8Array, random: Random): Promise<Pixels> {
  const { data, width, height } = await pixelsOf(document);
  const turn = ((random() - 0.5) * 12 * Math.PI) / 180;
  const corners: Point[] = [
    [0, 0],
    [width, 0],
    [width, height],
    [0, height],
  ];
  const moved = corners.map(([x, y]): Point => {
    const [u, v] = [(x - width / 2) * (0.86 - 0.18 * random()), (y - height / 2) * (0.86 - 0.18 * random())];
    return [width / 2 + u * Math.cos(turn) - v * Math.sin(turn), height / 2 + u * Math.sin(turn) + v * Math.cos(turn)];
  });
  const map = bestHomography(corners, moved);
  const out = Buffer.alloc(data.length);
  for (const [k, outside] of [TABLE.r, TABLE.g, TABLE.b].entries()) {
    const plane = {
      width,
      height,
      data: Uint8Array.from({ length: width * height }, (_, i) => data[i * 3 + k] as number),
    };
    rectified(plane, map, width, height, outside).data.forEach((value, i) => {
      out[i * 3 + k] = value;
    });
  }
  return { data: out, width, height };
}

/** A lamp's reflection, anywhere on the page. */
async function glare(document: Uint8Array, random: Random): Promise<Buffer> {
  const { width, height } = await sharp(document).metadata();
  const [cx, cy] = [width * (0.15 + 0.7 * random()), height * (0.2 + 0.7 * random())];
  const radius = width * (0.08 + 0.1 * random());
  return Buffer.from(`<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}">
    <radialGradient id="g"><stop offset="0" stop-color="#fff"/><stop offset=".45" stop-color="#fff" stop-opacity=".75"/>
      <stop offset="1" stop-color="#fff" stop-opacity="0"/></radialGradient>
    <ellipse cx="${cx}" cy="${cy}" rx="${radius}" ry="${radius * 0.6}" fill="url(#g)"/></svg>`);
}

/** A photo of a screen: its grid against the camera's, differently in each colour. `period` in pixels, `angle` in radians. */
async function throughScreen(document: Uint8Array, period: number, depth: number, angle: number): Promise<Pixels> {
  const { data, width, height } = await pixelsOf(document);
  const [across, down] = [(Math.cos(angle) * 2 * Math.PI) / period, (Math.sin(angle) * 2 * Math.PI) / period];
  const out = Buffer.from(data);
  for (let y = 0, i = 0; y < height; y++)
    for (let x = 0; x < width; x++)
      for (let k = 0; k < 3; k++, i++)
        out[i] = Math.min(255, (data[i] as number) * (1 + depth * Math.sin(x * across + y * down + k * 2.1)));
  return { data: out, width, height };
}

async function inTheDark(document: Uint8Array, light: number, noise: number, random: Random): Promise<Pixels> {
  const { data, width, height } = await pixelsOf(document);
  const out = Buffer.from(data);
  // The sum of three even numbers is nearly normal, with a deviation of half.
  const normal = () => (random() + random() + random() - 1.5) * 2;
  for (let i = 0; i < out.length; i++)
    out[i] = Math.min(255, Math.max(0, (data[i] as number) * light + normal() * noise));
  return { data: out, width, height };
}
