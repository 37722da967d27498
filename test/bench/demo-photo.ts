import sharp from 'sharp';
import { demoFace } from '../../bin/specimen/faces.ts';

/** The demo's selfie, enlarged to so many megapixels; as wide as a multiple of 16, as cameras' photos are. JPEG. */
export async function photoOf(megapixels: number): Promise<Uint8Array> {
  const face = await demoFace('selfie');
  const { width, height } = await sharp(face).metadata();
  const scale = Math.sqrt((megapixels * 1e6) / (width * height));
  return sharp(face)
    .resize(Math.round((width * scale) / 16) * 16)
    .jpeg({ quality: 88 })
    .toBuffer();
}
