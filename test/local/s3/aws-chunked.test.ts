import { HeadObjectCommand, ListObjectsV2Command } from '@aws-sdk/client-s3';
import { expect, it } from 'vitest';
import { decodeAwsChunked } from '../../../local/s3/aws-chunked.ts';
import { canonicalRequest, scopeText, sha256Hex, signature, signingKey, stringToSign } from '../../../local/sigv4.ts';
import { s3ErrorOf, serveS3 } from './served-s3.ts';

// The example of "Signature calculations for the authorization header: transferring payload in multiple chunks" in the
// Amazon S3 API reference: 66,560 times "a" in chunks of 65,536 and 1,024 bytes.
const scope = { accessKeyId: 'AKIAIOSFODNN7EXAMPLE', date: '20130524', region: 'us-east-1', service: 's3' };
const key = signingKey('wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY', scope);
const amzDate = '20130524T000000Z';
const SEED = '4f232c4386841ef735655705268965c44a0e4690baa4adea153f7db9fa80a0a9';
const SIGNATURES = [
  'ad80c730a21e5b8d04586a2213dd63b9a0e99e0e2307b0ade35a65485a288648',
  '0055627c9e194cb4542bae2aa5492e3c1575bbb81b612b7d234b86a503ef5497',
  'b6c6ea8a5354eaf15b3cb7646744f4275b71ea724fed81ceb9323e279d449df9',
];
const signing = { key, amzDate, scope: scopeText(scope), seedSignature: SEED };
const SIGNED = [
  `10000;chunk-signature=${SIGNATURES[0]}\r\n${'a'.repeat(65_536)}\r\n`,
  `400;chunk-signature=${SIGNATURES[1]}\r\n${'a'.repeat(1024)}\r\n`,
  `0;chunk-signature=${SIGNATURES[2]}\r\n\r\n`,
].join('');

async function* inPieces(text: string, size: number): AsyncGenerator<Buffer> {
  for (let at = 0; at < text.length; at += size) yield Buffer.from(text.slice(at, at + size), 'latin1');
}

async function decode(text: string, size = 7, signed = false) {
  const trailer = new Map<string, string>();
  const pieces: Buffer[] = [];
  const source = inPieces(text, size);
  for await (const piece of decodeAwsChunked(source, trailer, signed ? signing : undefined)) pieces.push(piece);
  return { text: Buffer.concat(pieces).toString('latin1'), trailer: Object.fromEntries(trailer) };
}

it('the seed signature of the published example comes out', () => {
  const headers: Record<string, string> = {
    'content-encoding': 'aws-chunked',
    'content-length': '66824',
    host: 's3.amazonaws.com',
    'x-amz-content-sha256': 'STREAMING-AWS4-HMAC-SHA256-PAYLOAD',
    'x-amz-date': amzDate,
    'x-amz-decoded-content-length': '66560',
    'x-amz-storage-class': 'REDUCED_REDUNDANCY',
  };
  const canonical = canonicalRequest({
    method: 'PUT',
    path: '/examplebucket/chunkObject.txt',
    query: new URLSearchParams(),
    headers: (name) => headers[name] ?? '',
    signedHeaders: Object.keys(headers),
    payloadHash: 'STREAMING-AWS4-HMAC-SHA256-PAYLOAD',
  });
  expect(signature(key, stringToSign(amzDate, scope, canonical))).toBe(SEED);
});

it.each([1, 100, 65_536, 100_000])(
  'the published signed body is accepted in network pieces of %i bytes',
  async (size) => {
    expect((await decode(SIGNED, size, true)).text).toBe('a'.repeat(66_560));
  },
);

it('a changed byte, a missing chunk and a missing signature break the chain', async () => {
  const second = SIGNED.indexOf('400;chunk-signature');
  const changed = `${SIGNED.slice(0, 200)}b${SIGNED.slice(201)}`;
  const shortened = SIGNED.slice(0, second) + SIGNED.slice(SIGNED.indexOf('0;chunk-signature=b6'));
  for (const text of [changed, shortened, SIGNED.replace(/;chunk-signature=\w+/, '')]) {
    await expect(decode(text, 4096, true)).rejects.toMatchObject({ code: 'SignatureDoesNotMatch' });
  }
});

it('a signed trailer is accepted and a changed one refused', async () => {
  const sum = 'x-amz-checksum-crc32c:sOO8/Q==';
  const hash = sha256Hex('');
  const last = signature(
    key,
    ['AWS4-HMAC-SHA256-PAYLOAD', amzDate, signing.scope, SIGNATURES[1], hash, hash].join('\n'),
  );
  const lines = sha256Hex(`${sum}\n`);
  const proof = signature(key, ['AWS4-HMAC-SHA256-TRAILER', amzDate, signing.scope, last, lines].join('\n'));
  const head = SIGNED.slice(0, SIGNED.lastIndexOf('0;chunk'));
  const text = `${head}0;chunk-signature=${last}\r\n${sum}\r\nx-amz-trailer-signature:${proof}\r\n\r\n`;
  expect((await decode(text, 4096, true)).trailer).toEqual({ 'x-amz-checksum-crc32c': 'sOO8/Q==' });
  await expect(decode(text.replace('sOO8', 'tOO8'), 4096, true)).rejects.toMatchObject({
    code: 'SignatureDoesNotMatch',
  });
});

it('a signed body over HTTP becomes an object, and one with a changed byte does not', async () => {
  const s3 = await serveS3('chunked');
  const { credentials, region } = s3.cloud.place;
  const send = async (path: string, sent: string) => {
    const now = new Date().toISOString().replace(/[-:]|\.\d+/g, '');
    const own = { accessKeyId: credentials.accessKeyId, date: now.slice(0, 8), region, service: 's3' };
    const secret = signingKey(credentials.secretAccessKey, own);
    const payloadHash = 'STREAMING-AWS4-HMAC-SHA256-PAYLOAD';
    const headers: Record<string, string> = {
      'content-encoding': 'aws-chunked,gzip',
      host: new URL(s3.url).host,
      'x-amz-content-sha256': payloadHash,
      'x-amz-date': now,
      'x-amz-decoded-content-length': '5',
    };
    const signedHeaders = Object.keys(headers);
    const query = new URLSearchParams();
    const parts = {
      method: 'PUT',
      path,
      query,
      headers: (name: string) => headers[name] ?? '',
      signedHeaders,
      payloadHash,
    };
    const seed = signature(secret, stringToSign(now, own, canonicalRequest(parts)));
    const link = (previous: string, data: string) =>
      signature(
        secret,
        ['AWS4-HMAC-SHA256-PAYLOAD', now, scopeText(own), previous, sha256Hex(''), sha256Hex(data)].join('\n'),
      );
    const first = link(seed, 'hello');
    const body = `5;chunk-signature=${first}\r\n${sent}\r\n0;chunk-signature=${link(first, '')}\r\n\r\n`;
    const credential = `${own.accessKeyId}/${scopeText(own)}`;
    headers.authorization = `AWS4-HMAC-SHA256 Credential=${credential}, SignedHeaders=${signedHeaders.join(';')}, Signature=${seed}`;
    return fetch(s3.url + path, { method: 'PUT', headers, body });
  };
  expect((await send('/chunked/whole', 'hello')).status).toBe(200);
  expect(await s3ErrorOf(await send('/chunked/changed', 'jello'))).toMatchObject({ code: 'SignatureDoesNotMatch' });
  const { Contents } = await s3.client.send(new ListObjectsV2Command({ Bucket: 'chunked' }));
  expect(Contents).toMatchObject([{ Key: 'whole', Size: 5 }]);
  const head = await s3.client.send(new HeadObjectCommand({ Bucket: 'chunked', Key: 'whole' }));
  expect(head.ContentEncoding).toBe('gzip');
  await s3.stop();
});

it('an unsigned body gives its bytes and its trailer', async () => {
  const text = '5\r\nhello\r\n6\r\n world\r\n0\r\nx-amz-checksum-crc32: DUoRhQ==\r\n\r\n';
  for (const size of [1, 3, 1000]) {
    expect(await decode(text, size)).toEqual({ text: 'hello world', trailer: { 'x-amz-checksum-crc32': 'DUoRhQ==' } });
  }
});

it.each([
  ['5\r\nhel', 'IncompleteBody'],
  ['5\r\nhello\r\n', 'IncompleteBody'],
  ['3\r\nhello\r\n0\r\n\r\n', 'InvalidRequest'],
  ['-1\r\n\r\n', 'InvalidRequest'],
  ['zz\r\n', 'InvalidRequest'],
  ['x'.repeat(20_000), 'InvalidRequest'],
])('a malformed body is refused: %j', async (text, code) => {
  await expect(decode(text, 512)).rejects.toMatchObject({ code });
});
