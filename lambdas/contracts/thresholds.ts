import * as z from 'zod';

const share = z.number().min(0).max(1);

/** What a tenant may set of its policy, before the rule that binds two of them. */
export const thresholdShape = z.strictObject({
  match: share.exactOptional(),
  liveness: share.exactOptional(),
  search: share.exactOptional(),
  approve: z.number().min(1).max(100).exactOptional(),
  review: z.number().min(0).max(100).exactOptional(),
});

/** For `refine`: the rule, and what is told where it is broken. */
export const reviewBelowApprove = [
  ({ approve = 80, review = 60 }: { readonly approve?: number; readonly review?: number }) => review < approve,
  'review must lie below approve',
] as const;
