import Table from 'cli-table3';
import { benchBarcodes } from './barcodes.ts';
import { benchBundles } from './bundles.ts';
import { benchConsole } from './console.ts';
import { benchDocumentCalls } from './document-calls.ts';
import { benchDocumentFuzz } from './document-fuzz.ts';
import { benchDocuments } from './documents.ts';
import { benchDynamoDb } from './dynamodb.ts';
import { benchEngine } from './engine.ts';
import { benchFaces } from './faces.ts';
import type { Figure } from './figure.ts';
import { benchLicenceFronts } from './licence-fronts.ts';
import { benchMotion } from './motion.ts';
import { benchMrzLines } from './mrz-lines.ts';
import { benchPage } from './page.ts';
import { benchRequestOverhead } from './request-overhead.ts';
import { benchSpecimens } from './specimens.ts';
import { benchStepUp } from './step-up.ts';
import { benchVectors } from './vectors.ts';
import { benchVerifications } from './verifications.ts';
import { benchVideos } from './videos.ts';

/** `npm run bench [-- name …] [-- --json]`: one after the other, so that none disturbs another. */
const benches: Readonly<Record<string, { readonly title: string; readonly run: () => Promise<readonly Figure[]> }>> = {
  bundles: { title: 'Zip functions: size and cold import of each bundle', run: benchBundles },
  requests: { title: 'What the local cloud adds to a request', run: benchRequestOverhead },
  dynamodb: { title: 'Local DynamoDB, 16 clients through the SDK', run: benchDynamoDb },
  barcodes: { title: 'Barcodes of licences, and PDFs', run: benchBarcodes },
  engine: { title: 'A face, warm, one thread: models and what is around them', run: benchEngine },
  vectors: { title: 'A face among a million, by S3 Vectors on this machine', run: () => benchVectors() },
  faces: { title: 'Faces, side by side on one thread each', run: benchFaces },
  'mrz-lines': { title: 'Lines of machine-readable zones, side by side on the same crops', run: benchMrzLines },
  documents: { title: 'Documents beside the project, read', run: () => benchDocuments() },
  'licence-fronts': { title: 'Printed sides of documents, field by field', run: benchLicenceFronts },
  motion: { title: 'Rendered motions: which pass for that of a head', run: benchMotion },
  page: { title: 'The hosted page on a phone: what it loads, and how soon it works', run: benchPage },
  specimens: { title: 'Drawn documents, spoilt in every way: read right', run: benchSpecimens },
  'step-up': { title: 'A step-up verification, warm', run: benchStepUp },
  'document-calls': { title: 'A document within its call, warm', run: benchDocumentCalls },
  'document-fuzz': { title: 'Spoilt files of documents', run: () => benchDocumentFuzz() },
  console: { title: 'The console’s list of 10,000 verifications', run: benchConsole },
  videos: { title: 'Videos taken apart, and judged', run: benchVideos },
  verifications: { title: 'A verification, warm', run: () => benchVerifications() },
};

const wanted = process.argv.slice(2).filter((word) => word !== '--json');
const unknown = wanted.filter((name) => !(name in benches));
if (unknown.length > 0) {
  console.error(`Unknown: ${unknown.join(', ')}. There are: ${Object.keys(benches).join(', ')}.`);
  process.exit(2);
}

const results: Record<string, readonly Figure[]> = {};
for (const [name, { title, run }] of Object.entries(benches)) {
  if (wanted.length > 0 && !wanted.includes(name)) continue;
  process.stderr.write(`${title} …\n`);
  const figures = await run();
  results[name] = figures;
  if (process.argv.includes('--json')) continue;
  const table = new Table({
    head: [title, '', ''],
    colAligns: ['left', 'right', 'left'],
    style: { head: ['bold'], compact: true },
  });
  for (const { name: figure, value, unit } of figures)
    table.push([figure, value.toLocaleString('en', { maximumFractionDigits: value < 10 ? 2 : 0 }), unit]);
  console.log(table.toString());
}
if (process.argv.includes('--json')) console.log(JSON.stringify(results, null, 2));
