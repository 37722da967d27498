import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, mkdirSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';

const projectRoot = join(import.meta.dirname, '../..');

/** What `local.json` says: the automation surface of a local run. */
interface LocalFile {
  readonly url: string;
  readonly adminKey: string;
  readonly tenant: {
    readonly id: string;
    readonly keys: {
      readonly pkLive: string;
      readonly skLive: string;
      readonly pkTest: string;
      readonly skTest: string;
    };
    readonly signingSecret: string;
    readonly webhookSecret: string;
  };
  readonly pid: number;
}

/** A whole service of one's own, started as `npm start` starts it. */
export interface Service extends LocalFile {
  readonly data: string;
  /** Everything that services on this data have written to stdout, their log, so far. */
  readonly log: () => string;
  readonly logFile: string;
  /** Ends it with a signal and waits until it is gone; answers its exit code. */
  readonly end: (signal: NodeJS.Signals) => Promise<number | null>;
  /** Ends it and forgets its data. */
  readonly remove: () => Promise<void>;
}

/** A port that was free a moment ago: a second start on the same data wants the same one. */
export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const address = server.address();
  await new Promise((closed) => server.close(closed));
  if (typeof address !== 'object' || !address) throw new Error('No port to be had.');
  return address.port;
}

function readLocalFile(data: string): LocalFile | undefined {
  try {
    return JSON.parse(readFileSync(join(data, 'local.json'), 'utf8')) as LocalFile;
  } catch {
    return undefined;
  }
}

async function whenReady(child: ChildProcess, data: string, output: () => string): Promise<LocalFile> {
  for (let waited = 0; waited < 90_000; waited += 50) {
    const file = readLocalFile(data);
    if (file && file.pid === child.pid) return file;
    if (child.exitCode !== null) throw new Error(`The service ended with ${child.exitCode}:\n${output()}`);
    await wait(50);
  }
  child.kill('SIGKILL');
  throw new Error(`The service was not ready in 90 s:\n${output()}`);
}

export interface ServiceOptions {
  readonly set?: Readonly<Record<string, string>>;
  /** Folder of an earlier run; default: a new one. */
  readonly data?: string;
  readonly port?: number;
  readonly environment?: Readonly<Record<string, string>>;
}

async function spawnService({ set = {}, data, port, environment }: ServiceOptions) {
  const folder = data ?? mkdtempSync(join(tmpdir(), 'selfsame-test-'));
  const overrides = Object.entries(set).flatMap(([path, value]) => ['--set', `${path}=${value}`]);
  mkdirSync(folder, { recursive: true });
  const logFile = join(folder, 'stdout.log');
  const stdout = openSync(logFile, 'a');
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', 'bin/local.ts', ...overrides], {
    cwd: projectRoot,
    env: {
      ...process.env,
      ...environment,
      PORT: String(port ?? (await freePort())),
      HOST: '127.0.0.1',
      SELFSAME_DATA: folder,
    },
    stdio: ['ignore', stdout, 'pipe'],
  });
  closeSync(stdout);
  // A run that is interrupted leaves no service behind.
  const kill = () => child.kill('SIGKILL');
  process.once('exit', kill);
  const ended = new Promise<number | null>((resolve) => child.once('exit', resolve));
  child.once('exit', () => process.off('exit', kill));
  return { child, folder, logFile, ended };
}

export async function startService(options: ServiceOptions = {}): Promise<Service> {
  const { child, folder, logFile, ended } = await spawnService(options);
  const log = (): string => readFileSync(logFile, 'utf8');
  const output: string[] = [];
  child.stderr?.on('data', (chunk: Buffer) => output.push(String(chunk)));

  const file = await whenReady(child, folder, () => output.join('') + log());
  const end = (signal: NodeJS.Signals) => {
    child.kill(signal);
    return ended;
  };
  const remove = async () => {
    await end('SIGKILL');
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  };
  return { ...file, data: folder, log, logFile, end, remove };
}

/** A start that does not get far: SIGKILL after `afterMs`, wherever it is by then. */
export async function startAndKill(options: ServiceOptions, afterMs: number): Promise<void> {
  const { child, ended } = await spawnService(options);
  child.stderr?.resume();
  await wait(afterMs);
  child.kill('SIGKILL');
  await ended;
}
