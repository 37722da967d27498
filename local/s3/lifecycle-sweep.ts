import type { Blobs } from './blobs.ts';
import { dueAfterDays, expiryUnder, type LifecycleRule } from './lifecycle.ts';
import type { ObjectIndex } from './object-index.ts';

/** Deletes what the buckets' lifecycle rules have due at `now`; returns how many objects and uploads went. */
export async function sweepLifecycle(index: ObjectIndex, blobs: Blobs, now: number): Promise<number> {
  const freed: string[] = [];
  let count = 0;
  for (const bucket of index.buckets()) {
    const rules = (bucket.lifecycle ?? []).filter((rule) => rule.enabled);
    for (const object of index.objectsOlderThan(bucket.name, oldestInterest(rules, now))) {
      if (!rules.some((rule) => (expiryUnder(rule, object) ?? Number.POSITIVE_INFINITY) <= now)) continue;
      freed.push(...index.dropObject(object.bucket, object.key));
      count++;
    }
    for (const upload of index.uploadsOlderThan(bucket.name, now)) {
      if (!rules.some((rule) => isAbandoned(rule, upload.key, upload.started, now))) continue;
      freed.push(...index.abortUpload(upload.id));
      count++;
    }
  }
  await blobs.remove(freed);
  return count;
}

/** No younger object can be due under any rule: spares reading the whole bucket at every sweep. */
function oldestInterest(rules: readonly LifecycleRule[], now: number): number {
  if (rules.some((rule) => rule.expirationDate !== undefined && rule.expirationDate <= now)) return now + 1;
  const days = Math.min(...rules.map((rule) => rule.expirationDays ?? Number.POSITIVE_INFINITY));
  return Number.isFinite(days) ? now - days * 86_400_000 : 0;
}

function isAbandoned(rule: LifecycleRule, key: string, started: number, now: number): boolean {
  return (
    rule.abortUploadDays !== undefined &&
    key.startsWith(rule.prefix) &&
    dueAfterDays(started, rule.abortUploadDays) <= now
  );
}
