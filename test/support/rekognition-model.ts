import * as sdk from '@aws-sdk/client-rekognition';

/** The service's own model, as the SDK carries it: names and types of members, and how many of them, the first ones, are required. */
type Schema = unknown;
type Struct = readonly [3 | -3, string, string, unknown, readonly string[], readonly Schema[], number?];

const [STRING, NUMBER, BOOLEAN, TIMESTAMP, BLOB, LIST] = [0, 1, 2, 4, 21, 64];

/** What the API reference says of single members, which the SDK's model leaves out. */
const text = (pattern: RegExp, longest: number) => (value: unknown) =>
  typeof value === 'string' && value.length <= longest && pattern.test(value);
const between = (least: number, most: number) => (value: unknown) => Number(value) >= least && Number(value) <= most;
const oneOf = (values: object) => (value: unknown) => Object.values(values).includes(value);
const each = (check: (value: unknown) => boolean, most: number) => (value: unknown) =>
  Array.isArray(value) && value.length > 0 && value.length <= most && value.every(check);
const uuid = text(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/, 36);

const constraints: Readonly<Record<string, (value: unknown) => boolean>> = {
  CollectionId: text(/^[a-zA-Z0-9_.-]+$/, 255),
  ExternalImageId: text(/^[a-zA-Z0-9_.\-:]+$/, 255),
  FaceId: uuid,
  FaceIds: each(uuid, 4096),
  MaxFaces: between(1, 4096),
  MaxResults: between(0, 4096),
  SimilarityThreshold: between(0, 100),
  FaceMatchThreshold: between(0, 100),
  Attributes: each(oneOf(sdk.Attribute), 20),
  DetectionAttributes: each(oneOf(sdk.Attribute), 20),
  QualityFilter: oneOf(sdk.QualityFilter),
};

function check(schema: Schema, value: unknown, path: string): string[] {
  const known = typeof schema === 'function' ? (schema as () => Schema)() : schema;
  const wrong = [`${path}: ${JSON.stringify(value)?.slice(0, 60)}`];
  if (Array.isArray(known) && Math.abs(known[0]) === 3) return checkStruct(known as unknown as Struct, value, path);
  if (Array.isArray(known) && known[0] === 1) return checkList(known[4], value, path);
  if (Array.isArray(known) && known[0] === 0) return check(known[4], value, path);
  if (known === STRING) return typeof value === 'string' ? [] : wrong;
  if (known === NUMBER || known === TIMESTAMP) return typeof value === 'number' ? [] : wrong;
  if (known === BOOLEAN) return typeof value === 'boolean' ? [] : wrong;
  if (known === BLOB) return typeof value === 'string' && /^[A-Za-z0-9+/]+=*$/.test(value) ? [] : wrong;
  if (typeof known === 'number' && (known & LIST) === LIST) return checkList(known & ~LIST, value, path);
  throw new Error(`${path}: a kind of schema that is not known here: ${JSON.stringify(known)}`);
}

const checkList = (member: Schema, value: unknown, path: string): string[] =>
  Array.isArray(value) ? value.flatMap((item, i) => check(member, item, `${path}[${i}]`)) : [`${path}: no list`];

function checkStruct([, , , , names, members, required = 0]: Struct, value: unknown, path: string): string[] {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return [`${path}: no structure`];
  const missing = names.slice(0, required).filter((name) => !(name in value));
  return [
    ...missing.map((name) => `${path}.${name}: missing`),
    ...Object.entries(value).flatMap(([name, member]) => {
      const at = `${path}.${name}`;
      if (!names.includes(name)) return [`${at}: unknown`];
      if (constraints[name]?.(member) === false) return [`${at}: out of its constraints`];
      return check(members[names.indexOf(name)], member, at);
    }),
  ];
}

/** What is wrong with a message of the API; empty where it is as its model says. `shape`: for example `DetectFacesRequest`. */
export function misfits(shape: string, message: unknown): string[] {
  const schema = (sdk as unknown as Record<string, Schema>)[`${shape}$`];
  if (!schema) throw new Error(`The API has no ${shape}.`);
  return check(schema, message, shape);
}
