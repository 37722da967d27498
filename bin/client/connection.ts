import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import * as z from 'zod';
import { CommandError } from '../terminal/command-error.ts';

const localSchema = z.object({
  url: z.url(),
  adminKey: z.string(),
  tenant: z.object({ id: z.string(), keys: z.object({ skLive: z.string(), skTest: z.string() }) }),
});

type Environment = Readonly<Record<string, string | undefined>>;

/** Where the service is, and who is asking. Keys are for headers, never for messages. */
export interface Connection {
  /** Without a slash at its end. */
  readonly url: string;
  readonly adminKey?: string;
  /** The default tenant, where the service is a local run. */
  readonly tenant?: { readonly id: string; readonly skLive: string; readonly skTest: string };
}

const projectRoot = resolve(import.meta.dirname, '../..');

function baseOf(url: string, source: string): string {
  if (!URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol))
    throw new CommandError(`${source} must be an address such as https://id.example, not "${url}".`);
  return url.replace(/\/+$/, '');
}

function readLocal(file: string): Connection | undefined {
  if (!existsSync(file)) return undefined;
  let content: unknown;
  try {
    content = JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    // What fails to parse may hold a key: its text is not repeated.
    throw new CommandError(`${file} cannot be read (${error instanceof SyntaxError ? 'not JSON' : String(error)}).`);
  }
  const local = localSchema.safeParse(content);
  if (!local.success) throw new CommandError(`${file} is not what "npm start" writes: ${z.prettifyError(local.error)}`);
  const { url, adminKey, tenant } = local.data;
  return { url: baseOf(url, file), adminKey, tenant: { id: tenant.id, ...tenant.keys } };
}

/**
 * Finds the service: at `url` where the command line gives one, else the local run (`<SELFSAME_DATA>/local.json`), else what
 * SELFSAME_URL and SELFSAME_ADMIN_KEY say.
 * @throws CommandError if there is none
 */
export function findService(environment: Environment, url?: string): Connection {
  const adminKey = environment.SELFSAME_ADMIN_KEY;
  const remote = (address: string, source: string): Connection => ({
    url: baseOf(address, source),
    ...(adminKey && { adminKey }),
  });
  if (url !== undefined) return remote(url, '--url');
  const file = join(resolve(projectRoot, environment.SELFSAME_DATA || '.selfsame'), 'local.json');
  const local = readLocal(file);
  if (local) return local;
  if (environment.SELFSAME_URL) return remote(environment.SELFSAME_URL, 'SELFSAME_URL');
  throw new CommandError(
    `No service found: there is no ${file} of a local run. Start one with "npm start", or set SELFSAME_URL and SELFSAME_ADMIN_KEY.`,
  );
}
