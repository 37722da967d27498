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
  approved: { label: 'approved', tone: 'good' },
  rejected: { label: 'rejected', tone: 'bad' },
  review: { label: 'a person should look', tone: 'wait' },
};

function toneOf({ what, detail, ok }: Moment): Tone {
  if (what === 'concluded' || what === 'reviewed') return verdicts[detail ?? '']?.tone ?? 'idle';
  return ok === undefined ? 'idle' : ok ? 'good' : 'bad';
}

const detailOf = ({ what, detail = '' }: Moment): string =>
  what === 'attempt' ? detail : (verdicts[detail]?.label ?? spell(detail));

/** What happened, oldest first. */
export const Timeline = ({ moments }: { moments: readonly Moment[] }) => (
  <section class="card">
    <h2>Timeline</h2>
    <ol class="timeline">
      {moments.map((moment, at) => (
        <li key={at} class={toneOf(moment)}>
          <span class="what">
            {words[moment.what]}
            {moment.detail && <span class="soft">: {detailOf(moment)}</span>}
          </span>
          <Time at={moment.at} />
        </li>
      ))}
    </ol>
  </section>
);
