import { type Command, InvalidArgumentError, Option } from 'commander';
import type { EvaluateOptions } from '../evaluate/run.ts';
import { readInteger } from './arguments.ts';
import { print } from './session.ts';

function readThreads(text: string): number {
  const threads = readInteger(text);
  if (threads < 1 || threads > 64) throw new InvalidArgumentError('Expected 1 to 64.');
  return threads;
}

export function addEvaluate(program: Command): void {
  program
    .command('evaluate')
    .description("measure this installation's face engine on labelled photos; needs no running service")
    .requiredOption(
      '--pairs <path>',
      'CSV (file_x,file_y,Decision or file,person), its folder, or a folder with a folder of photos for each person',
    )
    .option('--spoof <folder>', 'photos in a folder live and in one for each kind of attack, or named …_T1, …_F1')
    .addOption(
      new Option('--models <set>', 'full: with the optional files; npm: without; auto: with those that are there')
        .choices(['full', 'npm', 'auto'])
        .default('auto'),
    )
    .addOption(new Option('--threads <n>', 'threads of each model run').argParser(readThreads).default(1))
    .option('--out <folder>', 'where evaluation.json and evaluation.html go (default: evaluation in SELFSAME_DATA)')
    .option('--calibrate', "write new anchors from these pairs beside the models; the service's next start reads them")
    .action(async (_: unknown, command: Command) => {
      const options = command.optsWithGlobals<EvaluateOptions>();
      // Here, not above: the models' runtime takes a moment to load, and no other command needs it.
      const { runEvaluation } = await import('../evaluate/run.ts');
      print(await runEvaluation(options), options.json === true);
    });
}
