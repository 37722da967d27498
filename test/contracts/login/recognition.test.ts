import sharp from 'sharp';
import { beforeAll, describe, expect, inject, test } from 'vitest';
import type { Json } from '../../support/client.ts';
import { portrait } from '../../support/faces.ts';
import { damaged, foreign, nothing, odd, truncated, twoPeople } from '../../support/hostile-images.ts';
import { startReceiver } from '../../support/webhook-receiver.ts';
import { another, base64, faces, gallery } from './gallery.ts';

const nobody = '674de8df21c72be3cc42b8a9';
const ids = (all: readonly Json[]): string[] => all.map((one) => one.id);

/** Whether this installation has the optional models for passive liveness. */
const { url } = inject('service');
const ready = (await (await fetch(`${url}/ready`)).json()) as { readonly models: Readonly<Record<string, string>> };
const judgesLiveness = 'minifasnet-v2' in ready.models && 'minifasnet-v1se' in ready.models;

describe('recognition', () => {
  const { own, admin, call, collection, person, search, newTenant } = gallery();
  let people: string;
  let cleo: Json;
  let bea: Json;

  beforeAll(async () => {
    people = await collection();
    const details = { gender: 'F', date_of_birth: '1991-05-07', nationality: 'CO', notes: 'Guest' };
    [cleo, bea] = [
      await person('cleo', { ...details, collections: [people] }),
      await person('bea', { collections: [people] }),
    ];
  });

  test('V-48 a face is found by a photo of another day, with what is known of the person', async () => {
    const found = await search('cleo', people);
    expect(found.body.data).toEqual([
      {
        id: cleo._id,
        name: 'cleo',
        score: expect.any(Number),
        gender: 'F',
        date_of_birth: '1991-05-07',
        nationality: 'CO',
        notes: 'Guest',
        collections: [people],
        create_date: cleo.createdAt,
        modified_date: expect.stringMatching(/Z$/),
      },
    ]);
    const [{ score }] = found.body.data;
    expect(score).toBeGreaterThanOrEqual(0.85);
    expect(score).toBeLessThan(1);
    expect(found.text).not.toMatch(/vector|modelSet|persons\//);
  });

  test('V-48 a stranger is nobody, and that is an empty answer', async () => {
    expect((await search('dora', people)).body).toEqual({ data: [] });
  });

  test('V-48 a lower score lets more people in, best first; max_results cuts', async () => {
    const all = (await search('cleo', people, { min_score: 0.5 })).body.data;
    expect(all[0].id).toBe(cleo._id);
    expect(all.map((one: Json) => one.score)).toEqual(
      all.map((one: Json) => one.score).toSorted((a: number, b: number) => b - a),
    );
    const strict = await search('cleo', people, { min_score: 1 });
    expect(strict.body.data).toEqual([]);
    const one = await search('cleo', people, { min_score: 0.5, max_results: 1 });
    expect(one.body.data).toHaveLength(1);
  });

  test('V-48 both modes give the same scores; one picture may come as image or without its array', async () => {
    const picture = base64(await another('cleo'));
    const ask = (change: Json) => call('POST', `${faces}/search`, { collection_id: people, ...change });
    const asked = await Promise.all(
      [
        { images: [picture], search_mode: 'FAST' },
        { images: [picture], search_mode: 'ACCURATE' },
        { images: picture },
        { image: picture },
        { images: [`data:image/jpeg;base64,${picture}`] },
      ].map(ask),
    );
    for (const { body } of asked) expect(body).toEqual(asked[0]?.body);
    const several = await ask({ images: [picture, base64(await portrait('cleo'))] });
    expect(several.body.data[0].score).toBeGreaterThan(asked[0]?.body.data[0].score);
  });

  test('V-28 a search is confined to its collection', async () => {
    const elsewhere = await collection('Elsewhere');
    await person('dora', { collections: [elsewhere] });
    expect((await search('cleo', elsewhere)).body.data).toEqual([]);
    expect(ids((await search('dora', elsewhere)).body.data)).toHaveLength(1);
    expect((await search('dora', people)).body.data).toEqual([]);
  });

  test('V-28 two tenants and both modes: everybody finds only their own', async () => {
    const other = await newTenant();
    const test = own.tenant?.keys.skTest ?? '';
    const realms = await Promise.all(
      [other.keys.skLive, other.keys.skTest, test].map(async (as) => {
        const theirs = await collection('Theirs', as);
        return { as, theirs, made: await person('cleo', { collections: [theirs] }, as) };
      }),
    );
    for (const { as, theirs, made } of realms) {
      expect(ids((await search('cleo', theirs, {}, as)).body.data)).toEqual([made._id]);
      expect(await search('cleo', people, {}, as)).toMatchObject({
        status: 409,
        body: { code: 'collection_not_configured' },
      });
      expect(await search('cleo', theirs)).toMatchObject({ status: 409 });
    }
    expect(ids((await search('cleo', people)).body.data)).toEqual([cleo._id]);
  });

  test('V-27 a collection that is missing, empty or deleted cannot be searched', async () => {
    const [empty, gone] = [await collection('Empty'), await collection('Gone')];
    await person('cleo', { collections: [gone] });
    await call('DELETE', `${faces}/collections/${gone}`);
    for (const id of [nobody, empty, gone]) {
      const refused = await search('cleo', id);
      expect(refused).toMatchObject({ status: 409, body: { code: 'collection_not_configured' } });
    }
    expect(await call('POST', `${faces}/search`, { images: [base64(await another('cleo'))] })).toMatchObject({
      status: 409,
      body: { code: 'MissingParameter', message: '"collection_id" is required' },
    });
  });

  test('V-48 crops: small pictures cut out around a face are looked for too', async () => {
    const crop = await sharp(await portrait('bea'))
      .resize(120)
      .jpeg({ quality: 90 })
      .toBuffer();
    const found = await call('POST', `${faces}/search/crops`, { images: [base64(crop)], collection_id: people });
    expect(ids(found.body.data)).toEqual([bea._id]);
  });

  test('V-48 a picture is looked at in whatever clothes a JPEG or PNG comes; others are refused', async () => {
    const picture = await another('bea');
    for (const [name, dress] of Object.entries(odd)) {
      const found = await call('POST', `${faces}/search`, {
        images: [base64(await dress(picture))],
        collection_id: people,
      });
      if (name.startsWith('animated')) {
        const message = '"images.0" is no JPEG and no PNG';
        expect(found, name).toMatchObject({ status: 409, body: { code: 'InvalidParameter', message } });
      } else {
        expect(ids(found.body.data), name).toEqual([bea._id]);
      }
    }
  });

  test('V-48 compare tells a pair of one person from a pair of two', async () => {
    const [one, later, stranger] = [await portrait('cleo'), await portrait('cleo again'), await portrait('dora')].map(
      base64,
    );
    const same = await call('POST', `${faces}/compare`, { probe: [one], gallery: [later] });
    expect(same.body.data).toMatchObject({ passed: true, min_score: 0.8, pairs: [{ probe: 0, gallery: 0 }] });
    expect(same.body.data.score).toBeGreaterThan(0.8);
    const different = await call('POST', `${faces}/compare`, { probe: one, gallery: [stranger] });
    expect(different.body.data.passed).toBe(false);
    expect(different.body.data.score).toBeLessThan(0.5);
    const both = await call('POST', `${faces}/compare`, {
      probe: [one],
      gallery: [stranger, later],
      compare_min_score: 0.9,
    });
    expect(both.body.data.pairs).toHaveLength(2);
    expect(both.body.data.score).toBe(same.body.data.score);
    expect(both.body.data.pairs[0]).toEqual({ probe: 0, gallery: 0, score: different.body.data.score });
  });

  test('V-47 S-05 liveness is a score, or says why there is none; it is never a pass by default', async () => {
    const asked = await call('POST', `${faces}/liveness`, { os: 'IOS', image: base64(await portrait('dora')) });
    const { data } = asked.body;
    expect(data.min_score).toBe(0.6);
    if (judgesLiveness) {
      expect(data).toEqual({ passed: data.liveness_score >= 0.6, min_score: 0.6, liveness_score: expect.any(Number) });
    } else {
      expect(data).toMatchObject({ passed: false, liveness_score: null, reason: expect.stringMatching(/\.$/) });
    }
    const never = await call('POST', `${faces}/liveness`, {
      os: 'DESKTOP',
      image: base64(await portrait('dora')),
      liveness_min_score: 1,
      collection_id: people,
    });
    expect(never.body.data).toMatchObject({ passed: false, min_score: 1 });
    const gone = { os: 'DESKTOP', image: base64(await portrait('dora')), collection_id: nobody };
    expect(await call('POST', `${faces}/liveness`, gone)).toMatchObject({
      status: 409,
      body: { code: 'collection_not_configured' },
    });
  });

  test('V-20 V-24 V-48 nobody is looked for where liveness fails', async () => {
    const ask = async (who: 'cleo' | 'bea', change: Json, as?: string) => {
      const body = { os: 'ANDROID', image: base64(await another(who)), collection_id: people, ...change };
      return call('POST', `${faces}/search-live-face`, body, as);
    };
    const failed = await ask('bea', { liveness_min_score: 1 });
    expect(failed).toMatchObject({ status: 409, body: { code: 'liveness_failed' } });
    if (judgesLiveness) {
      expect(failed.body.message).toMatch(/^409:liveness_failed@(0(\.\d\d?)?|1)$/);
      const live = await ask('bea', { liveness_min_score: 0.6 });
      expect(live.body.data.liveness).toMatchObject({ passed: true, min_score: 0.6 });
      expect(ids(live.body.data.persons)).toEqual([bea._id]);
    } else {
      expect(failed.body.message).toMatch(/\.$/);
    }
    // Not even the collection is looked at.
    expect((await ask('bea', { liveness_min_score: 1, collection_id: nobody })).body.code).toBe('liveness_failed');
    const off = await ask('cleo', { liveness_min_score: 0 });
    expect(ids(off.body.data.persons)).toEqual([cleo._id]);
  });

  test('S-05 where liveness cannot be judged a search goes on only where the tenant has it so', async () => {
    const lenient = await newTenant({ settings: { requireLiveness: false } });
    const as = lenient.keys.skLive;
    const theirs = await collection('Theirs', as);
    const made = await person('bea', { collections: [theirs] }, as);
    const body = { os: 'IOS', image: base64(await another('bea')), collection_id: theirs, liveness_min_score: 0.6 };
    const { data } = (await call('POST', `${faces}/search-live-face`, body, as)).body;
    expect(ids(data.persons)).toEqual([made._id]);
    expect(data.liveness.passed).toBe(judgesLiveness);
  });

  test('V-48 compare-with-liveness judges liveness only of a face that is the right one', async () => {
    const ask = (probe: Uint8Array, galleryPicture: Uint8Array) =>
      call('POST', `${faces}/compare-with-liveness`, { probe: base64(probe), gallery: [base64(galleryPicture)] });
    const right = await ask(await another('bea'), await portrait('bea'));
    expect(right.body.data.comparison.passed).toBe(true);
    expect(right.body.data.liveness).toMatchObject({ passed: judgesLiveness, min_score: 0.6 });
    const wrong = await ask(await another('bea'), await portrait('dora'));
    expect(wrong.body.data).toMatchObject({ comparison: { passed: false }, liveness: null });
  });

  test('V-31 a comparison is told to the tenant’s endpoint: figures, and nobody’s name or picture', async () => {
    await using receiver = await startReceiver();
    const told = await newTenant({ settings: { webhookUrl: receiver.url } });
    const body = { probe: [base64(await another('bea'))], gallery: [base64(await portrait('bea'))] };
    const compared = await call('POST', `${faces}/compare`, body, told.keys.skLive);
    const [event] = await receiver.wait(1);
    expect(event?.body).toEqual({
      type: 'face_verification_compare',
      object: {
        _id: expect.stringMatching(/^[0-9a-f]{24}$/),
        client: expect.stringMatching(/^[0-9a-f]{24}$/),
        score: compared.body.data.score,
        passed: true,
        minScore: 0.8,
        updatedAt: expect.stringMatching(/Z$/),
      },
    });
  });

  test('S-16 neither searching nor comparing costs a credit', async () => {
    const read = async () => (await admin('GET', `/v1/admin/tenants/${own.tenant?.tenantId}`)).body.balance;
    const before = await read();
    await search('cleo', people);
    expect(await read()).toBe(before);
    expect(before).toBe(own.tenant?.balance);
  });

  test('V-34 bad pictures and figures are named, wherever they are sent', async () => {
    const good = base64(await portrait('bea'));
    const bodiesWith = (picture: string): Readonly<Record<string, Json>> => ({
      search: { images: [picture], collection_id: people },
      'search/crops': { images: [picture], collection_id: people },
      'search-live-face': { os: 'IOS', image: picture, collection_id: people },
      compare: { probe: [picture], gallery: [good] },
      'compare-with-liveness': { probe: [picture], gallery: [good] },
      liveness: { os: 'IOS', image: picture },
    });
    const refused = async (path: string, picture: string, code: string) => {
      const reply = await call('POST', `${faces}/${path}`, bodiesWith(picture)[path]);
      expect(reply, `${path} ${code}`).toMatchObject({ status: 409, body: { code } });
    };
    const undecodable = [truncated(await portrait('bea')), damaged(await portrait('bea'))].map(base64);
    for (const path of Object.keys(bodiesWith(''))) {
      await refused(path, '', 'MissingParameter');
      const foreigners = ['not base64!', base64(foreign.text ?? new Uint8Array())];
      for (const picture of [...undecodable, ...foreigners]) await refused(path, picture, 'InvalidParameter');
    }
    await refused('search', base64(await nothing()), 'no_face_detected');
    await refused('compare', base64(await twoPeople()), 'multiple_faces_detected');
    const figures: readonly (readonly [change: Json, message: RegExp])[] = [
      [{ min_score: 0.49 }, /^"min_score"/],
      [{ min_score: 1.01 }, /^"min_score"/],
      [{ min_score: '0.9' }, /^"min_score"/],
      [{ search_mode: 'SLOW' }, /^"search_mode"/],
      [{ max_results: 0 }, /^"max_results"/],
      [{ collection_id: 'x'.repeat(10_000) }, /^"collection_id" must be an id of 24 hex digits$/],
      [{ images: [good, good, good, good] }, /^"images"/],
      [{ image: good }, /^"image" goes without "images"$/],
      [{ images: undefined }, /^"images" is required$/],
    ];
    for (const [change, message] of figures) {
      const reply = await call('POST', `${faces}/search`, { images: [good], collection_id: people, ...change });
      expect(reply.status).toBe(409);
      expect(reply.body.message).toMatch(message);
    }
    expect(await call('POST', `${faces}/liveness`, { image: good })).toMatchObject({
      body: { code: 'MissingParameter', message: '"os" is required' },
    });
    const large = 'A'.repeat(17 * 1024 * 1024);
    expect(await call('POST', `${faces}/liveness`, { os: 'IOS', image: large })).toMatchObject({
      status: 413,
      body: { code: 'payload_too_large' },
    });
  });
});
