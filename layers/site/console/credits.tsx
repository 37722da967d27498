import { useList, useLoad } from './load.ts';
import { List } from './more.tsx';
import { Failed, Heading, IdLink, Note, Pill, Time } from './parts.tsx';
import type { Credits, LedgerEntry } from './wire.ts';
import { spell, type Tone } from './words.ts';

const tones: Readonly<Record<LedgerEntry['type'], Tone>> = { grant: 'good', refund: 'good', debit: 'idle' };

const signed = new Intl.NumberFormat(undefined, { signDisplay: 'exceptZero' });

/** What is left, and where the rest went. */
export function CreditsView() {
  const { data, error, reload } = useLoad<Credits>('/credits');
  const list = useList<LedgerEntry>('/credits');
  return (
    <>
      <Heading>Credits</Heading>
      {error && <Failed error={error} retry={reload} />}
      <section class="card balance" aria-label="Balance">
        <strong>{data ? data.balance.toLocaleString() : '…'}</strong>
        <span class="soft">credits left. One is taken for each verification with a live key; test keys are free.</span>
      </section>
      <List list={list} noun="movements" empty={<Note title="Nothing was taken or given yet" />}>
        {(entries) => (
          <div class="table">
            <table>
              <caption class="hidden">Movements of the balance, newest first</caption>
              <thead>
                <tr>
                  <th scope="col">When</th>
                  <th scope="col">What</th>
                  <th scope="col" class="number">
                    Credits
                  </th>
                  <th scope="col" class="number">
                    Balance
                  </th>
                  <th scope="col">For</th>
                </tr>
              </thead>
              <tbody>
                {entries.map((entry) => (
                  <tr key={entry.id}>
                    <td data-label="When">
                      <Time at={entry.createdAt} />
                    </td>
                    <td>
                      <Pill tone={tones[entry.type]}>{spell(entry.type)}</Pill>
                    </td>
                    <td data-label="Credits" class="number">
                      {signed.format(entry.amount)}
                    </td>
                    <td data-label="Balance" class="number">
                      {entry.balance}
                    </td>
                    <td data-label="For">
                      {entry.verificationId ? <IdLink id={entry.verificationId} /> : spell(entry.reason)}
                    </td>
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
        )}
      </List>
    </>
  );
}
