import sharp from 'sharp';
import { describe, expect, test } from 'vitest';
import type { Json } from '../../support/client.ts';
import { portrait } from '../../support/faces.ts';
import {
  damaged,
  foreign,
  hugeHeader,
  nothing,
  onePixel,
  padded,
  truncated,
  twoPeople,
} from '../../support/hostile-images.ts';
import { another, base64, faces, gallery } from './gallery.ts';

const persons = `${faces}/persons`;
const nobody = '674de8df21c72be3cc42b8a9';
const ids = (all: readonly Json[]): string[] => all.map((one) => one._id ?? one.id);

describe('persons', () => {
  const { api, own, call, collection, person, search, newTenant } = gallery();

  test('V-46 V-13 a person is answered with ids of images and collections, and never with a picture', async () => {
    const staff = await collection();
    const made = await person('cleo', {
      name: 'Cleo Ruiz',
      gender: 'F',
      date_of_birth: { year: 1990, month: 2, day: 28 },
      nationality: 'Colombian',
      notes: 'Front desk',
      collections: [staff, staff],
    });
    expect(made).toMatchObject({
      _id: expect.stringMatching(/^[0-9a-f]{24}$/),
      client: expect.stringMatching(/^[0-9a-f]{24}$/),
      name: 'Cleo Ruiz',
      gender: 'F',
      date_of_birth: { year: 1990, month: 2, day: 28 },
      nationality: 'Colombian',
      notes: 'Front desk',
      collections: [staff],
      images: [expect.stringMatching(/^[0-9a-f]{24}$/)],
      status: 'active',
      createdAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
    });
    expect((await call('GET', `${persons}/${made._id}`)).body.data).toEqual(made);
    const listed = await call('GET', `${persons}?collection=${staff}&status=active`);
    expect(listed.body.data).toEqual([made]);
    expect((await call('GET', `${persons}?status=pending`)).body.data).toEqual([]);
  });

  test('V-46 an enrolment is found by the next search, a deleted person by none', async () => {
    const staff = await collection();
    const made = await person('cleo', { collections: [staff] });
    const found = await search('cleo', staff);
    expect(found.body.data).toMatchObject([{ id: made._id, name: 'cleo' }]);
    const gone = await call('DELETE', `${persons}/${made._id}`);
    expect(gone.body).toEqual({ data: { _id: made._id, deleted: true } });
    expect(await search('cleo', staff)).toMatchObject({ status: 409, body: { code: 'collection_not_configured' } });
    for (const method of ['GET', 'DELETE'])
      expect(await call(method, `${persons}/${made._id}`)).toMatchObject({ status: 404, body: { code: 'not_found' } });
    expect(ids((await call('GET', `${persons}?collection=${staff}`)).body.data)).toEqual([]);
  });

  test('V-46 changed images take the place of the old ones for the next search', async () => {
    const staff = await collection();
    const made = await person('cleo', { collections: [staff] });
    await person('bea', { name: 'stays', collections: [staff] });
    const changed = await call('PUT', `${persons}/${made._id}`, { images: [base64(await portrait('bea'))] });
    expect(changed.body.data).toMatchObject({ _id: made._id, name: 'cleo', status: 'active', collections: [staff] });
    expect(changed.body.data.images).not.toEqual(made.images);
    expect((await search('cleo', staff)).body.data).toEqual([]);
    expect(ids((await search('bea', staff)).body.data)).toContain(made._id);
  });

  test('V-46 a person moves between collections, and is found where the record says', async () => {
    const [first, second] = [await collection('First'), await collection('Second')];
    const made = await person('cleo', { collections: [first] });
    await person('bea', { collections: [first, second] });
    const moved = await call('PUT', `${persons}/${made._id}`, { collections: [second], notes: 'Moved.' });
    expect(moved.body.data).toMatchObject({ collections: [second], images: made.images, notes: 'Moved.' });
    expect((await search('cleo', first)).body.data).toEqual([]);
    expect(ids((await search('cleo', second)).body.data)).toEqual([made._id]);
    const both = await call('PUT', `${persons}/${made._id}`, { collections: [first, second] });
    expect(both.body.data.collections).toEqual([first, second]);
    for (const one of [first, second]) expect(ids((await search('cleo', one)).body.data)).toEqual([made._id]);
    const none = await call('PUT', `${persons}/${made._id}`, { collections: [] });
    expect(none.body.data).toMatchObject({ collections: [], status: 'active' });
    for (const one of [first, second]) expect((await search('cleo', one)).body.data).toEqual([]);
  });

  test('V-46 two pictures of one person are one person; of two people they are refused', async () => {
    const staff = await collection();
    const [cleo, cleoAgain, bea] = [await portrait('cleo'), await another('cleo'), await portrait('bea')].map(base64);
    const made = await person('cleo', { images: [cleo, cleoAgain], collections: [staff] });
    expect(made.images).toHaveLength(2);
    expect(ids((await search('cleo', staff)).body.data)).toEqual([made._id]);
    const mixed = await call('POST', persons, { name: 'Nobody', images: [cleo, bea] });
    expect(mixed).toMatchObject({ status: 409, body: { code: 'quality_below_threshold' } });
    expect(mixed.body.message).toContain('"images.0" and "images.1" do not show the same person');
  });

  test('V-28 a person of another tenant or mode is not there', async () => {
    const made = await person('cleo');
    const other = await newTenant();
    for (const as of [other.keys.skLive, own.tenant?.keys.skTest ?? '']) {
      for (const method of ['GET', 'DELETE'])
        expect((await call(method, `${persons}/${made._id}`, undefined, as)).status).toBe(404);
      expect((await call('PUT', `${persons}/${made._id}`, { name: 'Mine' }, as)).status).toBe(404);
      const staff = await collection('Theirs', own.tenant?.keys.skLive);
      const body = { name: 'x', images: [base64(await portrait('cleo'))], collections: [staff] };
      expect((await call('POST', persons, body, as)).status).toBe(404);
    }
    expect((await call('GET', `${persons}/${made._id}`)).status).toBe(200);
  });

  test('V-34 what is missing is named', async () => {
    const images = [base64(await portrait('cleo'))];
    for (const [body, field] of [
      [{ name: 'x' }, 'images'],
      [{ name: 'x', images: [] }, 'images'],
      [{ images }, 'name'],
    ] as const) {
      const refused = await call('POST', persons, body);
      expect(refused.status).toBe(409);
      expect(refused.body).toEqual({ code: 'MissingParameter', message: `"${field}" is required` });
    }
  });

  test('V-46 a picture that shows nobody, several people, or no face to recognise says what to do', async () => {
    const cases: readonly (readonly [picture: Uint8Array, code: string])[] = [
      [await nothing(), 'no_face_detected'],
      [await twoPeople(), 'multiple_faces_detected'],
    ];
    for (const [picture, code] of cases) {
      const refused = await call('POST', persons, { name: 'x', images: [base64(picture)] });
      expect(refused).toMatchObject({ status: 409, body: { code } });
      expect(refused.body.message).toContain('"images.0"');
    }
    const distant = await sharp(await portrait('bea'))
      .resize(36)
      .jpeg()
      .toBuffer();
    const poor = await call('POST', persons, { name: 'x', images: [base64(distant)] });
    expect(poor).toMatchObject({ status: 409, body: { code: 'quality_below_threshold' } });
    expect(poor.body.message).toMatch(/the face is too small: come closer; the face is blurred: hold still\.$/);
  });

  test('V-46 black, white and a face at the edge are no persons', async () => {
    const plain = (background: string) =>
      sharp({ create: { width: 640, height: 640, channels: 3, background } })
        .jpeg()
        .toBuffer();
    for (const picture of [await plain('#000'), await plain('#fff')]) {
      const refused = await call('POST', persons, { name: 'x', images: [base64(picture)] });
      expect(refused).toMatchObject({ status: 409, body: { code: 'no_face_detected' } });
    }
    const half = await sharp(await portrait('dora'))
      .extract({ left: 165, top: 0, width: 195, height: 460 })
      .jpeg()
      .toBuffer();
    const cut = await call('POST', persons, { name: 'x', images: [base64(half)] });
    expect(cut.status).toBe(409);
    expect(cut.body.code).toMatch(/^(quality_below_threshold|no_face_detected)$/);
  });

  test('K-06 a picture of 10 MB is taken', async () => {
    const made = await call('POST', persons, { name: 'Large', images: [base64(padded(await portrait('bea'), 10e6))] });
    expect(made).toMatchObject({ status: 200, body: { data: { status: 'active' } } });
  });

  test('V-34 what is no picture is refused, and nothing of it is kept', async () => {
    const before = await call('GET', `${persons}?perPage=100`);
    const cleo = await portrait('cleo');
    const bad: readonly (readonly [image: unknown, message: RegExp])[] = [
      ['', /is required$/],
      [7, /expected string/],
      ['%%%%', /is not valid base64$/],
      [`data:image/gif;base64,${base64(cleo)}`, /must be data:image/],
      [base64(foreign.svg ?? cleo), /is no JPEG and no PNG$/],
      [base64(foreign.pdf ?? cleo), /is no JPEG and no PNG$/],
      [base64(foreign.text ?? cleo), /is no JPEG and no PNG$/],
      [base64(truncated(cleo)), /is cut short/],
      [base64(damaged(cleo)), /is (damaged|cut short)/],
      [base64(hugeHeader()), /has more pixels than are taken$/],
      [base64(await onePixel()), /is too small/],
    ];
    for (const [image, message] of bad) {
      const refused = await call('POST', persons, { name: 'x', images: [base64(cleo), image] });
      expect(refused.status, String(message)).toBe(409);
      expect(refused.body.code).toMatch(/^(Missing|Invalid)Parameter$/);
      expect(refused.body.message).toMatch(/^"images\.1" /);
      expect(refused.body.message).toMatch(message);
    }
    expect((await call('GET', `${persons}?perPage=100`)).body).toEqual(before.body);
  });

  test('V-34 texts, dates and lists are checked', async () => {
    const images = [base64(await portrait('cleo'))];
    const bad: readonly (readonly [change: Json, field: string])[] = [
      [{ name: 'n'.repeat(10_000) }, 'name'],
      [{ name: 'a\u0007b' }, 'name'],
      [{ notes: 'n'.repeat(10_000) }, 'notes'],
      [{ gender: 'female' }, 'gender'],
      [{ date_of_birth: '1990-02-30' }, 'date_of_birth'],
      [{ date_of_birth: { year: 1990, month: 13, day: 1 } }, 'date_of_birth.month'],
      [{ nationality: '' }, 'nationality'],
      [{ collections: ['x'] }, 'collections.0'],
      [{ collections: Array.from({ length: 21 }, () => nobody) }, 'collections'],
      [{ images: Array.from({ length: 11 }, () => images[0]) }, 'images'],
      [{ client: nobody }, 'client'],
    ];
    for (const [change, field] of bad) {
      const refused = await call('POST', persons, { name: 'x', images, ...change });
      expect(refused, field).toMatchObject({ status: 409, body: { code: 'InvalidParameter' } });
      expect(refused.body.message.startsWith(`"${field}" `), refused.body.message).toBe(true);
    }
  });

  test('V-27 V-46 a collection that is unknown or deleted takes nobody, and a failed call leaves nothing', async () => {
    const [staff, gone] = [await collection(), await collection()];
    const made = await person('bea', { collections: [staff, gone] });
    await call('DELETE', `${faces}/collections/${gone}`);
    const images = [base64(await portrait('cleo'))];
    expect(await call('POST', persons, { name: 'x', images, collections: [staff, nobody] })).toMatchObject({
      status: 404,
      body: { code: 'not_found' },
    });
    expect(await call('POST', persons, { name: 'x', images, collections: [staff, gone] })).toMatchObject({
      status: 409,
      body: { code: 'collection_not_configured' },
    });
    expect((await search('cleo', staff)).body.data).toEqual([]);
    // Whoever was in it stays, and can be changed and deleted.
    const changed = await call('PUT', `${persons}/${made._id}`, { notes: 'Still here.' });
    expect(changed.body.data).toMatchObject({ collections: [staff], notes: 'Still here.' });
    expect((await call('DELETE', `${persons}/${made._id}`)).status).toBe(200);
  });

  test('V-46 C-07 the same enrolment under one idempotency key is one person', async () => {
    const key = own.tenant?.keys.skLive ?? '';
    const body = { name: 'Once', images: [base64(await portrait('cleo'))] };
    const headers = { 'idempotency-key': 'enrol-once' };
    const [first, second] = [
      await api('POST', persons, { key, body, headers }),
      await api('POST', persons, { key, body, headers }),
    ];
    expect(second.text).toBe(first.text);
    const named = (await call('GET', `${persons}?perPage=100`)).body.data.filter((one: Json) => one.name === 'Once');
    expect(named).toHaveLength(1);
  });
});
