import { Command, CommanderError } from 'commander';
import { addCredits } from './commands/credits.ts';
import { addDeadLetters } from './commands/dead-letters.ts';
import { addDemo } from './commands/demo.ts';
import { addEvaluate } from './commands/evaluate.ts';
import { addKeys } from './commands/keys.ts';
import { addSpecimen } from './commands/specimen.ts';
import { addStatus } from './commands/status.ts';
import { addTenants } from './commands/tenants.ts';
import { addTrigger } from './commands/trigger.ts';
import { addVerifications } from './commands/verifications.ts';
import { addWebhooks } from './commands/webhooks.ts';
import { CommandError, UsageError } from './terminal/command-error.ts';

/** `npx selfsame <noun> <verb>`: a client of the service's HTTP API; `evaluate` and `specimen` work on this machine alone. */
const program = new Command('selfsame')
  .description('Operate Selfsame: tenants, keys, credits, webhooks, verifications; measure its face engine')
  .option('--json', 'print one JSON document, and nothing else, on stdout')
  .option('--url <url>', 'address of the service, in place of the local run')
  .option('--key <key>', "a tenant's key; default: SELFSAME_KEY, else the local run's")
  .option('--test', "the local run's test key, and lists of test mode")
  .configureHelp({ showGlobalOptions: true })
  .addHelpText(
    'after',
    `
Finds the local run by itself (SELFSAME_DATA/local.json, by default .selfsame/local.json). Else:
  SELFSAME_URL, SELFSAME_ADMIN_KEY   the service, and the operator's key
  SELFSAME_KEY                       a tenant's key: safer than --key, which others on the machine can see
Exit code: 0 done, 1 refused or failed, 2 wrong use.`,
  )
  .configureOutput({ outputError: (text, write) => write(text.replace(/^error: /, 'selfsame: ')) })
  .exitOverride();

for (const add of [addTenants, addKeys, addCredits, addWebhooks, addVerifications, addDeadLetters]) add(program);
for (const add of [addStatus, addTrigger, addDemo, addEvaluate, addSpecimen]) add(program);

/** One line where we know what is wrong; a stack trace where we do not. */
function explain(error: unknown): string {
  if (error instanceof CommandError || error instanceof UsageError) return error.message.replace(/\p{Cc}+/gu, ' ');
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

// Whoever reads our output may have read enough.
process.stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? 0 : 1));

try {
  await program.parseAsync();
} catch (error) {
  if (error instanceof CommanderError) {
    // Commander has printed its message; its own code is 1 for every misuse and 0 for --help.
    process.exitCode = error.exitCode === 0 ? 0 : 2;
  } else {
    process.stderr.write(`selfsame: ${explain(error)}\n`);
    process.exitCode = error instanceof UsageError ? 2 : 1;
  }
}
