/** Pictures of things in front of a camera: a photo that somebody holds up, and a head that turns. Drawn, not taken. */
import type { Face } from '../../lambdas/domain/evidence.ts';
import type { Raster } from '../../lambdas/vision/picture.ts';

/** Right, down, away from the camera; in pixels as they look at distance `focal`. */
type Space = readonly [x: number, y: number, z: number];

/** Where in space each pixel of a picture lies. */
type Surface = (x: number, y: number) => Space;

/** Degrees: positive yaw turns a face to the picture's right, positive pitch up, positive roll clockwise. */
export interface Turn {
  readonly yaw?: number;
  readonly pitch?: number;
  readonly roll?: number;
}

export interface Held extends Turn {
  /** Pixels. */
  readonly shift?: readonly [x: number, y: number];
  readonly zoom?: number;
  /** 1 ÷ radius, in picture widths: 0 flat, positive with the middle towards the camera. */
  readonly bend?: number;
  /** The axis of the bend, degrees from the vertical. */
  readonly bendAxis?: number;
}

/** A phone's front camera sees about 70° of the longer side. */
const focalOf = ({ width, height }: Raster): number => Math.max(width, height) * 0.72;

/** The picture as a print in a hand, moved, turned and bent, before a background. */
export function heldUp(picture: Raster, background: Raster, held: Held): Raster {
  const { shift = [0, 0], zoom = 1, bend = 0, bendAxis = 0 } = held;
  const { width, height } = picture;
  const focal = focalOf(picture);
  const turn = rotation(held);
  const [ax, ay] = [Math.cos(radians(bendAxis)), Math.sin(radians(bendAxis))];
  const place: Surface = (x, y) => {
    const [u, v] = [x - width / 2, y - height / 2];
    const [across, along] = [u * ax + v * ay, v * ax - u * ay];
    const [arc, depth] = bend === 0 ? [across, 0] : curved(across, width / bend);
    const [px, py, pz] = turn([arc * ax - along * ay, arc * ay + along * ax, depth]);
    return [px + shift[0], py + shift[1], pz + focal / zoom];
  };
  return draw(picture, place, background, focal);
}

/** A strip rolled about a cylinder: how far across and how deep the point at `across` comes to lie. */
function curved(across: number, radius: number): readonly [number, number] {
  const angle = across / radius;
  return [radius * Math.sin(angle), radius * (1 - Math.cos(angle))];
}

/**
 * The head of a picture turned about its neck, what is behind it staying where it is. `depth` stretches the relief of the face's mesh; 1
 * is about a head's own: from nose to ears 0.7 of the face's width.
 */
export function headTurned(picture: Raster, { box, landmarks }: Face, depth: number, turn: Turn): Raster {
  const focal = focalOf(picture);
  // One point in three tells the depth well enough.
  const points = Array.from({ length: landmarks.length / 9 }, (_, i) => landmarks.subarray(i * 9, i * 9 + 3));
  const [cx, cy] = [box.x + box.width / 2, box.y + box.height / 2];
  const rotate = rotation(turn);
  /** The point of a pixel's ray that lies `z` deep. */
  const seen = (x: number, y: number, z: number): Space => {
    const reach = 1 + z / focal;
    return [(x - picture.width / 2) * reach, (y - picture.height / 2) * reach, z + focal];
  };
  // The neck's axis runs about two thirds of the face's width behind its middle.
  const pivot = seen(cx, cy + box.height * 0.3, box.width * 0.55);
  const place: Surface = (x, y) => {
    const z = depthAt(points, x, y) * depth;
    const beyond = Math.max(0, Math.hypot((x - cx) / (box.width * 0.62), (y - cy) / (box.height * 0.62)) - 1);
    const along = Math.max(0, 1 - beyond / 0.9) ** 2 * (1 + 2 * Math.min(1, beyond / 0.9));
    const here = seen(x, y, z + beyond * box.width * 0.5);
    const there = rotate(here.map((value, i) => value - (pivot[i] as number)) as unknown as Space);
    return here.map((value, i) => {
      const turned = (there[i] as number) + (pivot[i] as number);
      return value + (turned - value) * along;
    }) as unknown as Space;
  };
  return draw(picture, place, picture, focal);
}

/** Depth between points: the nearest count, by the fourth power of their distance. */
function depthAt(points: readonly Float32Array[], x: number, y: number): number {
  let [sum, total] = [0, 0];
  for (const [px = 0, py = 0, z = 0] of points) {
    const weight = 1 / ((px - x) ** 2 + (py - y) ** 2 + 4) ** 2;
    sum += weight * z;
    total += weight;
  }
  return sum / total;
}

function rotation({ yaw = 0, pitch = 0, roll = 0 }: Turn): (point: Space) => Space {
  const [sy, cy] = [Math.sin(radians(yaw)), Math.cos(radians(yaw))];
  const [sp, cp] = [Math.sin(radians(pitch)), Math.cos(radians(pitch))];
  const [sr, cr] = [Math.sin(radians(roll)), Math.cos(radians(roll))];
  return ([x, y, z]) => {
    const [x1, z1] = [x * cy - z * sy, x * sy + z * cy];
    const [y2, z2] = [y * cp + z1 * sp, -y * sp + z1 * cp];
    return [x1 * cr - y2 * sr, x1 * sr + y2 * cr, z2];
  };
}

const radians = (degrees: number): number => (degrees * Math.PI) / 180;

/** Pixels between the corners of the triangles that stand for a surface. */
const CELL = 6;

function draw(picture: Raster, place: Surface, background: Raster, focal: number): Raster {
  const { width, height } = background;
  const canvas = { width, height, data: Uint8Array.from(background.data), depth: new Float32Array(width * height) };
  canvas.depth.fill(Infinity);
  const columns = Math.ceil(picture.width / CELL);
  const rows = Math.ceil(picture.height / CELL);
  const corner = (i: number, j: number): Corner => {
    const [u, v] = [Math.min(i * CELL, picture.width), Math.min(j * CELL, picture.height)];
    const [x, y, z] = place(u, v);
    return { x: width / 2 + (x * focal) / z, y: height / 2 + (y * focal) / z, z, u, v };
  };
  const corners = Array.from({ length: (columns + 1) * (rows + 1) }, (_, n) =>
    corner(n % (columns + 1), Math.floor(n / (columns + 1))),
  );
  for (let j = 0; j < rows; j++) {
    for (let i = 0; i < columns; i++) {
      const n = j * (columns + 1) + i;
      const [a, b, c, d] = [n, n + 1, n + columns + 1, n + columns + 2].map((k) => corners[k] as Corner) as Quad;
      triangle(canvas, picture, a, b, c);
      triangle(canvas, picture, b, d, c);
    }
  }
  return { width, height, data: canvas.data };
}

interface Corner {
  readonly x: number;
  readonly y: number;
  readonly z: number;
  readonly u: number;
  readonly v: number;
}
type Quad = [Corner, Corner, Corner, Corner];
type Canvas = Raster & { readonly depth: Float32Array };

function triangle(canvas: Canvas, picture: Raster, a: Corner, b: Corner, c: Corner): void {
  const area = (b.x - a.x) * (c.y - a.y) - (c.x - a.x) * (b.y - a.y);
  if (!(Math.abs(area) > 1e-6)) return;
  const [xs, ys] = [
    [a.x, b.x, c.x],
    [a.y, b.y, c.y],
  ];
  const [left, right] = [Math.max(0, Math.floor(Math.min(...xs))), Math.min(canvas.width - 1, Math.max(...xs))];
  const [top, bottom] = [Math.max(0, Math.floor(Math.min(...ys))), Math.min(canvas.height - 1, Math.max(...ys))];
  for (let y = top; y <= bottom; y++) {
    for (let x = left; x <= right; x++) {
      const [px, py] = [x + 0.5, y + 0.5];
      const wb = ((px - a.x) * (c.y - a.y) - (c.x - a.x) * (py - a.y)) / area;
      const wc = ((b.x - a.x) * (py - a.y) - (px - a.x) * (b.y - a.y)) / area;
      const wa = 1 - wb - wc;
      if (wa < -1e-6 || wb < -1e-6 || wc < -1e-6) continue;
      const z = wa * a.z + wb * b.z + wc * c.z;
      const at = y * canvas.width + x;
      if (!(z < (canvas.depth[at] as number))) continue;
      canvas.depth[at] = z;
      sample(picture, wa * a.u + wb * b.u + wc * c.u, wa * a.v + wb * b.v + wc * c.v, canvas.data, at * 3);
    }
  }
}

function sample({ width, height, data }: Raster, u: number, v: number, out: Uint8Array, o: number): void {
  const [x, y] = [Math.min(Math.max(u - 0.5, 0), width - 1.001), Math.min(Math.max(v - 0.5, 0), height - 1.001)];
  const [x0, y0] = [Math.floor(x), Math.floor(y)];
  const [fx, fy] = [x - x0, y - y0];
  const i = (y0 * width + x0) * 3;
  const j = i + width * 3;
  for (let k = 0; k < 3; k++) {
    const upper = (data[i + k] as number) * (1 - fx) + (data[i + 3 + k] as number) * fx;
    const lower = (data[j + k] as number) * (1 - fx) + (data[j + 3 + k] as number) * fx;
    out[o + k] = upper * (1 - fy) + lower * fy + 0.5;
  }
}
