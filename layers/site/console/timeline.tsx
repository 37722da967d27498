import { Time } from './parts.tsx';
import type { Moment } from './wire.ts';
import { spell, type Tone } from './words.ts';

const words: Readonly<Record<Moment['what'], string>> = {
  created: 'Started',
  submitted: 'Submitted',
  concluded: 'Judged',
  failed: 'Could not be judged',
  ended: 'Ended',
  reviewed: 'Decided by a person',
  attempt: 'Webhook',
};

const verdicts: Readonly<Record<string, { readonly label: string; readonly tone: Tone }>> = {
  approved: { label: 'as approved', tone: 'good' },
  rejected: { label: 'as rejected', tone: 'bad' },
  review: { label: 'as for a person', tone: 'wait' },
};

function toneOf({ what, detail, ok }: Moment): Tone {
  if (what === 'concluded' || what === 'reviewed') return verdicts[detail ?? '']?.tone ?? 'idle';
  return ok === undefined ? 'idle' : ok ? 'good' : 'bad';
}

/** What is told in the first line, and what explains it. An attempt is told as `event: answer`. */
function wordsOf({ what, detail = '' }: Moment): readonly [title: string, more: string] {
  if (what !== 'attempt') return [words[what], verdicts[detail]?.label ?? spell(detail)];
  const [event = '', answer = ''] = detail.split(': ');
  const answered = /^\d+$/.test(answer) ? `answered ${answer}` : spell(answer).toLowerCase();
  return [`Webhook ${answered}`, event];
}

const Told = ({ moment }: { moment: Moment }) => {
  const [title, more] = wordsOf(moment);
  return (
    <span class="what">
      {title}
      {more && <span class="soft"> {more}</span>}
    </span>
  );
};

/** What happened, oldest first. */
export const Timeline = ({ moments }: { moments: readonly Moment[] }) => (
  <section class="card">
    <h2>Timeline</h2>
    <ol class="timeline">
      {moments.map((moment, at) => (
        <li key={at} class={toneOf(moment)}>
          <Told moment={moment} />
          <Time at={moment.at} exact />
        </li>
      ))}
    </ol>
  </section>
);
