import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { depthTurn, type Space } from '../../../lambdas/vision/face/depth-turn.ts';

const between = (min: number, max: number) => fc.double({ min, max, noNaN: true });

/** An oval with a nose, cheekbones and brows: 200 wide, with its depth. */
const head: readonly Space[] = Array.from({ length: 400 }, (_, i): Space => {
  const [x, y] = [((i % 20) / 19 - 0.5) * 200, (Math.floor(i / 20) / 19 - 0.5) * 260];
  const bump = (cx: number, cy: number, width: number) => Math.exp(-((x - cx) ** 2 + (y - cy) ** 2) / width ** 2);
  const round = (x / 100) ** 2 * 50 + (y / 130) ** 2 * 40;
  return [x, y, round - 45 * bump(0, 20, 28) - 12 * bump(-60, 10, 30) - 12 * bump(60, 10, 30) + 10 * bump(0, -30, 25)];
});

function turned(points: readonly Space[], yaw: number, pitch: number, zoom = 1): Space[] {
  const [sy, cy, sp, cp] = [Math.sin(yaw), Math.cos(yaw), Math.sin(pitch), Math.cos(pitch)];
  return points.map(([x, y, z]) => {
    const [u, w] = [x * cy - z * sy, x * sy + z * cy];
    return [zoom * u + 40, zoom * (y * cp - w * sp) - 9, zoom * (y * sp + w * cp)];
  });
}

describe('the turn in depth', () => {
  it('is the sine of the angle between the two views, whatever the zoom', () => {
    fc.assert(
      fc.property(between(-0.5, 0.5), between(-0.3, 0.3), between(0.7, 1.4), (yaw, pitch, zoom) => {
        fc.pre(Math.hypot(yaw, pitch) > 0.05);
        // The angle between the two directions of view.
        const angle = Math.acos(Math.cos(yaw) * Math.cos(pitch));
        expect(depthTurn(head, turned(head, yaw, pitch, zoom))).toBeCloseTo(Math.sin(angle), 1);
      }),
    );
  });

  it('is the same either way round', () => {
    const other = turned(head, 0.25, 0.1, 1.2);
    expect(depthTurn(head, other)).toBeCloseTo(depthTurn(other, head), 9);
  });

  it('is nothing for points that move as a plane does, seen from afar: moved, zoomed, turned, tilted', () => {
    const number = between(-0.4, 0.4);
    fc.assert(
      fc.property(fc.tuple(number, number, number, number), ([a, b, c, d]) => {
        const flat = head.map(([x, y, z]): Space => [x * (1 + a) + y * b + 7, x * c + y * (1 + d) - 3, z]);
        expect(depthTurn(head, flat)).toBeLessThan(1e-6);
      }),
    );
  });

  it('is next to nothing for a sheet that bends smoothly, and for one tilted close to the camera', () => {
    const bent = head.map(([x, y, z]): Space => [x + 0.0008 * x * x, y + 0.0004 * x * y, z]);
    const close = head.map(([x, y, z]): Space => [x / (1 + 0.0004 * x), y / (1 + 0.0004 * x), z]);
    expect(depthTurn(head, bent)).toBeLessThan(1e-3);
    expect(depthTurn(head, close)).toBeLessThan(0.01);
  });

  it('counts for little where the picture is foreshortened more than the depth can explain', () => {
    const half = head.map(([x, y, z]): Space => [x * 0.7 - z * 0.2, y, z]);
    expect(depthTurn(head, half)).toBeLessThan(0.12);
    expect(depthTurn(head, turned(head, 0.2, 0))).toBeGreaterThan(0.19);
  });

  it('is lessened by the noise of a mesh, never made by it', () => {
    let seed = 5;
    const noise = () => {
      seed = (seed * 1103515245 + 12345) % 2147483648;
      return (seed / 2147483648 - 0.5) * 2;
    };
    const shaken = (points: readonly Space[]) => points.map(([x, y, z]): Space => [x + noise(), y + noise(), z]);
    expect(depthTurn(shaken(head), shaken(head))).toBeLessThan(0.02);
    const seen = depthTurn(shaken(head), shaken(turned(head, 0.26, 0)));
    expect(seen).toBeGreaterThan(0.15);
    expect(seen).toBeLessThan(Math.sin(0.26) * 1.05);
  });
});
