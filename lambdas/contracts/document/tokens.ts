import * as z from 'zod';
import { iso } from '../timestamp.ts';
import { requestId } from './schemas.ts';

/** M-66: wire forms of age tokens. */
export const tokenBody = z
  .strictObject({ request_id: requestId.meta({ description: 'Of a verification that was `verified`.' }) })
  .meta({ id: 'AgeTokenRequest' });

export const tokenReply = z
  .object({
    token: z.string().meta({
      description:
        'JWT, HS256 by your signing secret: `age_over`, `request_id`, `exp`; no date of birth, no name, no age.',
    }),
    age_over: z.number().int().meta({ description: 'The threshold that the holder passed.' }),
    expires_at: z.string(),
  })
  .meta({ id: 'AgeToken' });

export const validateBody = z.strictObject({ token: z.string().min(1).max(8192) }).meta({ id: 'AgeTokenValidation' });

export const validateReply = z
  .object({
    valid: z.boolean(),
    request_id: requestId.exactOptional(),
    age_over: z.number().int().exactOptional(),
    over18: z.boolean().exactOptional().meta({ description: 'Whether the threshold was 18 or more.' }),
    expires_at: z.string().exactOptional(),
  })
  .meta({ id: 'AgeTokenWorth' });

interface Worth {
  readonly requestId: string;
  readonly over: number;
  /** Unix seconds. */
  readonly exp: number;
}

export const toTokenReply = ({ token, over, exp }: Worth & { readonly token: string }): z.infer<typeof tokenReply> => ({
  ...{ token, age_over: over, expires_at: iso(exp * 1000) },
});

export const toValidateReply = (worth: Worth | undefined): z.infer<typeof validateReply> =>
  worth
    ? {
        ...{ valid: true, request_id: worth.requestId, age_over: worth.over, over18: worth.over >= 18 },
        expires_at: iso(worth.exp * 1000),
      }
    : { valid: false };
