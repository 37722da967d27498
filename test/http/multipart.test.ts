import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Event } from '../../lambdas/http/call-state.ts';
import { type FileLimits, readForm } from '../../lambdas/http/multipart.ts';

const limits: FileLimits = {
  video: { maxBytes: 2 * 1024 * 1024, called: 'Video' },
  photo: { maxBytes: 1024, called: 'Photo' },
};

const eventOf = (bytes: Uint8Array, contentType: string): Event =>
  ({
    headers: { 'content-type': contentType },
    body: Buffer.from(bytes).toString('base64'),
    isBase64Encoded: true,
  }) as unknown as Event;

async function sent(form: FormData): Promise<Event> {
  const request = new Response(form);
  return eventOf(new Uint8Array(await request.arrayBuffer()), request.headers.get('content-type') ?? '');
}

const blob = (bytes: Uint8Array) => new Blob([bytes as Uint8Array<ArrayBuffer>]);

describe('multipart forms', () => {
  test('P-20 fields and files come out as they were sent, whatever is in them and in whatever order', async () => {
    const part = fc.record({
      name: fc.string({ unit: 'grapheme', minLength: 1, maxLength: 20 }),
      value: fc.string({ unit: 'grapheme', maxLength: 200 }),
    });
    await fc.assert(
      fc.asyncProperty(
        fc.uniqueArray(part, { selector: ({ name }) => name, maxLength: 10 }),
        fc.uint8Array({ maxLength: 1024 }),
        fc.boolean(),
        async (parts, bytes, fileFirst) => {
          const form = new FormData();
          if (fileFirst) form.append('photo', blob(bytes), 'a "name"\r\n.jpg');
          const fields = parts.filter(({ name }) => !/[\r\n"\0]/.test(name));
          for (const { name, value } of fields) form.append(name, value.replace(/\r\n|\r|\n/g, ' '));
          if (!fileFirst) form.append('photo', blob(bytes), '');
          const read = await readForm(await sent(form), limits);
          if (!read.ok) throw new Error(read.error.message);
          expect(Object.fromEntries(read.value.fields)).toEqual(
            Object.fromEntries(fields.map(({ name, value }) => [name, value.replace(/\r\n|\r|\n/g, ' ')])),
          );
          expect(Buffer.from(read.value.files.get('photo') ?? []).equals(Buffer.from(bytes))).toBe(true);
        },
      ),
      { numRuns: 60 },
    );
  });

  test('P-22 a file of the full size is taken, one byte more is refused in the words of its field', async () => {
    const of = async (name: string, size: number) => {
      const form = new FormData();
      form.append(name, blob(new Uint8Array(size)), 'x');
      return readForm(await sent(form), limits);
    };
    expect((await of('photo', 1024)).ok).toBe(true);
    expect(await of('photo', 1025)).toMatchObject({
      ok: false,
      error: { code: 'payload_too_large', message: 'Photo exceeds 0MB' },
    });
    const full = await of('video', 2 * 1024 * 1024);
    expect(full.ok && full.value.files.get('video')?.length).toBe(2 * 1024 * 1024);
    expect(await of('video', 2 * 1024 * 1024 + 1)).toMatchObject({
      ok: false,
      error: { message: 'Video exceeds 2MB', detail: { maxBytes: 2 * 1024 * 1024 } },
    });
    expect((await of('other', 3 * 1024 * 1024)).ok).toBe(true);
  });

  test('P-20 what is no form, or none that ends, is refused; nothing that is sent throws', async () => {
    for (const type of ['application/json', 'text/plain', 'multipart/mixed; boundary=b', 'multipart/form-data', ''])
      expect(await readForm(eventOf(new Uint8Array(9), type), limits)).toMatchObject({ ok: false });
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 500 }), fc.string({ maxLength: 40 }), async (bytes, boundary) => {
        const read = await readForm(eventOf(bytes, `multipart/form-data; boundary=${boundary}`), limits);
        if (!read.ok) expect(['invalid_request', 'unsupported_media_type']).toContain(read.error.code);
      }),
    );
  });

  test('P-21 a file or a field that is there twice is refused', async () => {
    for (const name of ['photo', 'field']) {
      const form = new FormData();
      for (let time = 0; time < 2; time++)
        if (name === 'photo') form.append(name, blob(new Uint8Array(1)), 'x');
        else form.append(name, 'x');
      expect(await readForm(await sent(form), limits)).toMatchObject({ ok: false, error: { code: 'invalid_request' } });
    }
  });
});
