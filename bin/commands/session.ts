import type { Command } from 'commander';
import { type Api, createApi } from '../client/api.ts';
import { type Connection, findService } from '../client/connection.ts';
import type { Answer } from '../terminal/answer.ts';
import { UsageError } from '../terminal/command-error.ts';

/** Options that every command takes. */
interface Everywhere {
  readonly json?: true;
  readonly url?: string;
  readonly key?: string;
  readonly test?: true;
}

/** What a command works with: the service, and who is asking. */
export interface Session {
  readonly api: Api;
  readonly connection: Connection;
  /** The key in use is one of the local run's default tenant. */
  readonly asDefaultTenant: boolean;
  /** Only the answer's JSON may appear. */
  readonly json: boolean;
  /** The tenant that is meant: the one given, else that of the local run. @throws UsageError if there is neither */
  tenant(given: string | undefined): string;
}

function openSession({ json, url, key, test }: Everywhere): Session {
  const connection = findService(process.env, url);
  const given = key || process.env.SELFSAME_KEY;
  const own = test ? connection.tenant?.skTest : connection.tenant?.skLive;
  return {
    api: createApi(connection, given || own),
    connection,
    asDefaultTenant: !given && own !== undefined,
    json: json === true,
    tenant(wanted) {
      const id = wanted ?? connection.tenant?.id;
      if (id === undefined) throw new UsageError('Which tenant? Give its id; only a local run has a default one.');
      return id;
    },
  };
}

export function print({ data, text, exitCode = 0 }: Answer, json: boolean): void {
  process.stdout.write(json ? `${JSON.stringify(data, null, 2)}\n` : `${text}\n`);
  process.exitCode = exitCode;
}

/**
 * The action of a command: `run` gets the session, the command's options and its arguments, and its answer is printed as JSON or
 * for people. `defaults` are options that hold unless the command line says otherwise.
 */
export const answering =
  <Options, Args extends readonly (string | undefined)[]>(
    run: (session: Session, options: Options, ...args: Args) => Promise<Answer>,
    defaults: Everywhere = {},
  ) =>
  async (...passed: unknown[]): Promise<void> => {
    // Commander passes the arguments, then the options, then the command.
    const command = passed.at(-1) as Command;
    const options: Everywhere = { ...defaults, ...command.optsWithGlobals() };
    const session = openSession(options);
    print(await run(session, options as Options, ...(passed.slice(0, -2) as unknown as Args)), session.json);
  };
