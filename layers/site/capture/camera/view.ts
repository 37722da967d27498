/** Pixels of the camera's picture. */
export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

interface Size {
  readonly width: number;
  readonly height: number;
}

/**
 * The part of a camera's picture that a box on the screen shows, where the picture covers the view (`object-fit: cover`).
 * @param on the box, relative to the view
 * @param margin around it, share of its longer side; what the picture does not have is left out
 */
export function seenThrough(picture: Size, view: Size, on: Box, margin = 0): Box {
  const scale = Math.max(view.width / picture.width, view.height / picture.height) || 1;
  const [left, top] = [(picture.width - view.width / scale) / 2, (picture.height - view.height / scale) / 2];
  const around = margin * Math.max(on.width, on.height);
  const x = clamp(left + (on.x - around) / scale, picture.width);
  const y = clamp(top + (on.y - around) / scale, picture.height);
  const right = clamp(left + (on.x + on.width + around) / scale, picture.width);
  const bottom = clamp(top + (on.y + on.height + around) / scale, picture.height);
  return { x, y, width: Math.max(1, right - x), height: Math.max(1, bottom - y) };
}

const clamp = (value: number, most: number): number => Math.min(most, Math.max(0, value));

/** Where, within `box`, the edges of the smaller `frame` lie: distance from each edge, share of that side. */
export const insetOf = (box: Box, frame: Box) => ({
  insetX: Math.max(0, frame.x - box.x) / box.width,
  insetY: Math.max(0, frame.y - box.y) / box.height,
});
