import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { assemblyInputs, forgetInputs, isMadeFrom, rememberInputs } from '../lib/assembly-inputs.ts';
import { parseConfig, type StageConfig } from '../lib/config.ts';
import { ConfigError } from '../lib/overrides.ts';
import { projectSource } from '../lib/project-source.ts';
import { type Cloud, startCloud } from '../local/cloud.ts';
import { FolderInUseError, lockFolder } from '../local/folder-lock.ts';
import type { FunctionSpec } from '../local/lambda/function-spec.ts';
import { writeState } from '../local/state-file.ts';
import { readAssembly } from '../local/template/assembly.ts';
import { describeModelFile, ensureModels, filesToShip, MissingModelError } from '../models/ensure.ts';
import { bootstrap, type LocalTenant, readAdminKey } from './bootstrap.ts';
import { type LocalOptions, readLocalOptions, UsageError, usage } from './local-options.ts';

/**
 * `npm start`: synthesizes the CDK app, runs its template on this machine, and says where. The log (JSON lines) goes to
 * stdout and never holds a key; what people read goes to stderr.
 */
const projectRoot = resolve(import.meta.dirname, '..');
const GRACE_MS = 25_000;

const tell = (text: string): void => void process.stderr.write(`${text}\n`);
const log = (entry: Readonly<Record<string, unknown>>): void =>
  void process.stdout.write(`${JSON.stringify({ timestamp: new Date().toISOString(), ...entry })}\n`);

// Whoever read the output may have gone (`npm start | head`): that is no reason to stop, and nothing to log.
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);

/** Functions log JSON; what else they print becomes JSON, as Lambda's own log format does it. */
function logLine(line: string, functionName: string): void {
  if (line.startsWith('{')) process.stdout.write(`${line}\n`);
  else log({ level: 'INFO', function: functionName, message: line });
}

/** Those that the first verification would else wait for. */
const prewarm = ({ name }: FunctionSpec): number => (/Submission|Examine|Deliver/.test(name) ? 1 : 0);

function localConfig(adminKey: string, overrides: LocalOptions['overrides']): StageConfig {
  return parseConfig('dev', {
    adminKeySha256: createHash('sha256').update(adminKey).digest('hex'),
    'webhooks.allowInsecure': 'true',
    'document.acceptSpecimens': 'true',
    'stack.sweepSchedule': 'rate(5 seconds)',
    ...overrides,
  });
}

/** Folders of the functions' code that the assembly names. */
function assetsOf(assembly: string): readonly string[] {
  const { files, images } = readAssembly(assembly);
  return [...files.values(), ...[...images.values()].map(({ directory }) => directory)];
}

/** Assets of former starts: each holds the models once more. */
function removeStaleAssets(assembly: string): void {
  const used = new Set(assetsOf(assembly));
  for (const name of readdirSync(assembly))
    if (name.startsWith('asset.') && !used.has(join(assembly, name))) rmSync(join(assembly, name), { recursive: true });
}

async function synthesizeApp(config: StageConfig, data: string): Promise<string> {
  const models = await ensureModels();
  for (const file of models) if (file.path === undefined) tell(`  ${describeModelFile(file)}`);
  const outdir = join(data, 'cdk.out');
  const source = projectSource(filesToShip(models));
  const inputs = assemblyInputs(config, source);
  if (isMadeFrom(inputs, outdir) && assetsOf(outdir).every((asset) => existsSync(asset))) return outdir;
  forgetInputs(outdir);
  // The CDK and the bundler are loaded by a start that needs them: that is half of its time.
  const [{ synthesize }, { stop: stopBundler }] = await Promise.all([
    import('../lib/synthesize.ts'),
    import('esbuild'),
  ]);
  const { directory } = await synthesize(config, outdir, source);
  // The bundler's process would stay, with the memory that it took.
  await stopBundler();
  removeStaleAssets(directory);
  rememberInputs(inputs, outdir);
  return directory;
}

function greet(cloud: Cloud, data: string, adminKey: string, { keys, ...tenant }: LocalTenant, isNew: boolean): void {
  tell(`
Selfsame runs at ${cloud.url}   (documentation: ${cloud.url}/docs, console: ${cloud.url}/console/)
  data    ${data}
  access  ${join(data, 'local.json')}`);
  if (!isNew) return;
  tell(`
The default tenant ${tenant.id}; its keys are shown this once, and stay in local.json:
  live    ${keys.pkLive}
          ${keys.skLive}
  test    ${keys.pkTest}
          ${keys.skTest}
  signing secret  ${tenant.signingSecret}
  webhook secret  ${tenant.webhookSecret}
  admin key       ${adminKey}`);
}

async function run({ host, port, data, limits, overrides, environment }: LocalOptions): Promise<void> {
  const began = performance.now();
  const seconds = (): string => ((performance.now() - began) / 1000).toFixed(1);
  mkdirSync(data, { recursive: true, mode: 0o700 });
  const release = lockFolder(join(data, 'run'));
  const localFile = join(data, 'local.json');
  rmSync(localFile, { force: true });
  const accessFile = join(data, 'access.json');
  const adminKey = readAdminKey(accessFile, process.env.SELFSAME_ADMIN_KEY);
  const config = localConfig(adminKey, overrides);

  let cloud: Cloud | undefined;
  let stopping = 0;
  const stop = async (signal: NodeJS.Signals): Promise<void> => {
    // npm hands on a signal that the terminal has sent to everybody: only a later one means impatience.
    if (stopping > 0 && Date.now() - stopping > 1000) process.exit(1);
    if (stopping > 0) return;
    stopping = Date.now();
    tell(`\n${signal}: finishing what runs …`);
    rmSync(localFile, { force: true });
    try {
      await cloud?.close(GRACE_MS);
    } catch (error) {
      log({ level: 'ERROR', message: 'did not stop cleanly', error: String(error) });
      process.exit(1);
    }
    release();
    log({ level: 'INFO', message: 'stopped', signal });
    process.exit(0);
  };
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);

  tell('Preparing models and functions …');
  const assembly = await synthesizeApp(config, data);
  const synthesized = seconds();
  if (stopping > 0) return;
  const running = { assembly, data: join(data, 'cloud'), host, port, limits, environment, log: logLine, prewarm };
  cloud = await startCloud(running);
  for (const warning of cloud.warnings) tell(`  ${warning}`);
  const { tenant, created } = await bootstrap(cloud.url, adminKey, accessFile);
  if (stopping > 0) return;

  // From here on one failure must not end what everybody uses.
  process.on('uncaughtException', (error) => log({ level: 'ERROR', message: 'uncaught', error: String(error.stack) }));
  process.on('unhandledRejection', (reason) =>
    log({ level: 'ERROR', message: 'unhandled', error: String(reason instanceof Error ? reason.stack : reason) }),
  );
  writeState(localFile, { url: cloud.url, adminKey, tenant, pid: process.pid });
  greet(cloud, data, adminKey, tenant, created);
  tell(`Ready after ${seconds()} s, of which ${synthesized} s for models and synthesis. Ctrl-C stops.`);
  log({ level: 'INFO', message: 'ready', url: cloud.url, pid: process.pid, seconds: Number(seconds()) });
}

/** What an operator can mend needs no stack trace. */
function explain(error: unknown): string {
  if (error instanceof ConfigError) return `--set ${error.message}`;
  if (error instanceof UsageError || error instanceof FolderInUseError || error instanceof MissingModelError)
    return error.message;
  if ((error as NodeJS.ErrnoException)?.code === 'EADDRINUSE')
    return `${(error as Error).message}. Choose another with PORT=… npm start.`;
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

try {
  const options = readLocalOptions(process.argv.slice(2), process.env, projectRoot);
  if (options) await run(options);
  else tell(usage);
} catch (error) {
  tell(explain(error));
  process.exit(1);
}
