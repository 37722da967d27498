/** A made-up licence of Washington, and pictures of its back. */
import sharp from 'sharp';
import { type BackOptions, licenceBack } from '../../bin/specimen/licence-back.ts';
import { writeAamva } from '../../lambdas/domain/aamva-write.ts';
import type { Raster } from '../../lambdas/vision/picture.ts';

/** Berta Mae Lindqvist is nobody: made up, with the elements that every version from 4 on has. */
export const american = {
  DCAD: '',
  DCB: 'NONE',
  DCD: 'NONE',
  DBA: '04172031',
  DCS: 'LINDQVIST',
  DDE: 'N',
  DAC: 'BERTA',
  DDF: 'N',
  DAD: 'MAE',
  DDG: 'N',
  DBD: '04172023',
  DBB: '02291988',
  DBC: '2',
  DAY: 'GRN',
  DAU: '067 in',
  DAG: '77 INVENTED AVE',
  DAI: 'NOWHERE',
  DAJ: 'WA',
  DAK: '981010000  ',
  DAQ: 'WDLABCD456DG',
  DCF: '0123',
  DCG: 'USA',
};

/** What the drawn symbols say. */
export const berta = writeAamva({
  version: 8,
  issuer: '636045',
  elements: american,
  own: { ZWA: '20120417', ZWB: 'N' },
});

/** Her licence from behind, or another's. */
export const bertasBack = (options: Partial<BackOptions> = {}): Promise<Raster> =>
  licenceBack({ text: berta, ...options });

/** Soft, as out of focus. @param sigma pixels */
export async function outOfFocus({ width, height, data }: Raster, sigma: number): Promise<Raster> {
  const soft = await sharp(data, { raw: { width, height, channels: 3 } })
    .blur(sigma)
    .raw()
    .toBuffer();
  return { width, height, data: new Uint8Array(soft) };
}
