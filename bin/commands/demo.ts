import type { Command } from 'commander';
import { runVerification, steps, type Verified } from '../client/run-verification.ts';
import { applicant, type PictureOptions } from '../specimen/applicants.ts';
import { startProgress } from '../terminal/progress.ts';
import { readSeconds } from './arguments.ts';
import { answering, type Session } from './session.ts';
import { verdictText } from './verdict-text.ts';

interface DemoOptions extends PictureOptions {
  readonly timeout: number;
}

const cases = ['genuine', 'impostor'] as const;
type Case = (typeof cases)[number];

const titles: Readonly<Record<Case, string>> = {
  genuine: 'The holder of the document',
  impostor: "Somebody else with the holder's document",
};

/** Who is who is known here: the holder must not be rejected, nobody else approved. */
const asItShouldBe = (name: Case, { verdict }: Verified): boolean =>
  name === 'genuine' ? verdict !== 'rejected' : verdict !== 'approved';

export const pictureOptions = (command: Command): Command =>
  command
    .option('--selfie <file>', 'photo of the holder of --document (JPEG, PNG, WebP)')
    .option('--document <file>', 'photo of the document of the person on --selfie')
    .option('--timeout <seconds>', 'how long to wait for a verdict', readSeconds, 120);

/** One verification, with progress on the terminal. */
export async function verify(session: Session, label: string, pictures: Parameters<typeof applicant>, seconds: number) {
  const progress = startProgress(label, steps, session.json);
  try {
    const options = { timeoutMs: seconds * 1000, tell: progress.tell };
    return await runVerification(session.api, await applicant(...pictures), options);
  } finally {
    progress.stop();
  }
}

export function addDemo(program: Command): void {
  pictureOptions(program.command('demo').description('verify a genuine applicant and an impostor, with a test key'))
    .option('--impostor <file>', 'photo of another person')
    .action(
      answering(
        async (session, { timeout, ...options }: DemoOptions) => {
          const ran: (Verified & { readonly case: Case })[] = [];
          for (const name of cases)
            ran.push({ case: name, ...(await verify(session, name.padEnd(8), [name, options], timeout)) });
          const asExpected = ran.every((one) => asItShouldBe(one.case, one));
          const parts = ran.map(
            (one) =>
              `${titles[one.case]} (${one.verificationId}), ${one.ms} ms from submit to verdict\n${verdictText(one)}`,
          );
          if (!asExpected)
            parts.push('This is not as it should be: the holder was rejected, or the impostor approved.');
          const data = { url: session.api.url, asExpected, verifications: ran };
          return { data, text: parts.join('\n\n'), exitCode: asExpected ? 0 : 1 };
        },
        { test: true },
      ),
    );
}
