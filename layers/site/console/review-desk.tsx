import { useEffect, useState } from 'preact/hooks';
import { CallError, post } from './api.ts';
import { DecisionForm } from './decision-form.tsx';
import { useLoad } from './load.ts';
import { Facts, Failed, Heading, Note, Waiting } from './parts.tsx';
import { Pictures } from './pictures.tsx';
import { hrefOf } from './route.ts';
import { Signals } from './signals.tsx';
import { VerdictBanner } from './verdict.tsx';
import type { Claim, Detail, Row } from './wire.ts';
import { clock, spell } from './words.ts';

type Step = 'claim' | 'release';

/** One verification in front of a person: the pictures side by side, what the machine saw, and the decision. */
export function ReviewDesk({ id }: { id: string }) {
  const at = `/reviews/${encodeURIComponent(id)}`;
  const { data, error, loading, reload, set } = useLoad<Detail>(`/verifications/${encodeURIComponent(id)}`);
  const [fault, setFault] = useState<CallError>();
  const [busy, setBusy] = useState(false);

  const take = async (step: () => Promise<Row>, found: Detail) => {
    setBusy(true);
    setFault(undefined);
    try {
      const row = await step();
      if (row.state === found.state) set({ ...found, ...row });
      else reload();
    } catch (caught) {
      const refused = caught instanceof CallError ? caught : new CallError(0, String(caught));
      setFault(refused);
      // Somebody was quicker: what they did is on the record.
      if (refused.status === 409) reload();
    } finally {
      setBusy(false);
    }
  };
  const step = (name: Step) => data && take(() => post<Row>(`${at}/${name}`), data);

  return (
    <>
      <p class="crumb">
        <a href={hrefOf(['reviews'])}>Reviews</a>
      </p>
      <Heading aside={<a href={hrefOf(['verifications', id])}>Full record</a>}>{`Review ${id}`}</Heading>
      {error && <Failed error={error} {...(error.status !== 404 && { retry: reload })} />}
      {loading && !data && <Waiting rows={10} />}
      {fault && <Failed error={fault} />}
      {data && (
        <div class="desk">
          <div class="main">
            {data.media.length > 0 ? (
              <Pictures media={data.media} reload={reload} compare />
            ) : (
              <Note title="No pictures">They are no longer kept.</Note>
            )}
            {data.signals.length > 0 && <Signals signals={data.signals} />}
          </div>
          <aside class="side">
            {data.reviewable ? (
              <Standing
                claim={data.claim}
                busy={busy}
                step={step}
                decide={(decision, reason) => take(() => post<Row>(`${at}/decide`, { decision, reason }), data)}
              />
            ) : (
              <Done detail={data} />
            )}
            <section class="card">
              <h2>What was said of the applicant</h2>
              {Object.keys({ ...data.claims, ...data.facts }).length > 0 ? (
                <Facts
                  of={Object.entries({ ...data.claims, ...data.facts }).map(([name, value]) => [spell(name), value])}
                />
              ) : (
                <p class="soft">Nothing.</p>
              )}
            </section>
          </aside>
        </div>
      )}
    </>
  );
}

const Done = ({ detail }: { detail: Detail }) => (
  <>
    <VerdictBanner detail={detail} />
    <a class="button wide" href={hrefOf(['reviews'])}>
      Back to the queue
    </a>
  </>
);

interface StandingProps {
  readonly claim: Claim | null;
  readonly busy: boolean;
  readonly step: (name: Step) => void;
  readonly decide: (decision: 'approved' | 'rejected', reason: string) => void;
}

/** Whose turn it is. */
function Standing({ claim, busy, step, decide }: StandingProps) {
  const left = useLeft(claim?.until);
  if (claim && !claim.mine && left > 0) {
    return (
      <section class="card">
        <h2>{claim.name} is looking</h2>
        <p>
          With the key <span class="mono">{claim.keyHint}</span>, for {clock(left)} more at most.
        </p>
      </section>
    );
  }
  if (!claim?.mine || left <= 0) {
    return (
      <section class="card">
        <h2>{claim?.mine ? 'Your claim is over' : 'Nobody is looking'}</h2>
        <p>Claim it, and for 15 minutes nobody else can decide it.</p>
        <button type="button" class="wide" disabled={busy} onClick={() => step('claim')}>
          Claim
        </button>
      </section>
    );
  }
  return (
    <section class="card">
      <div class="line">
        <h2>Your decision</h2>
        <span class={left < 120_000 ? 'timer late' : 'timer'} role="timer" aria-label="Left of your claim">
          {clock(left)}
        </span>
        {left < 300_000 && (
          <button type="button" class="quiet small" disabled={busy} onClick={() => step('claim')}>
            Renew
          </button>
        )}
      </div>
      <DecisionForm busy={busy} decide={decide} release={() => step('release')} />
    </section>
  );
}

/** Milliseconds until a moment, counted down once a second. */
function useLeft(until: string | undefined): number {
  const [now, setNow] = useState(Date.now());
  useEffect(() => {
    if (until === undefined) return;
    setNow(Date.now());
    const tick = setInterval(() => setNow(Date.now()), 1000);
    return () => clearInterval(tick);
  }, [until]);
  return until === undefined ? 0 : Date.parse(until) - now;
}
