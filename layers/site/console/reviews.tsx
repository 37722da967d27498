import { useState } from 'preact/hooks';
import { CallError, post } from './api.ts';
import { useList } from './load.ts';
import { List } from './more.tsx';
import { Failed, Heading, Note, Pill, Time } from './parts.tsx';
import { go, hrefOf } from './route.ts';
import { CommonCells, CommonHeads } from './row-cells.tsx';
import type { Row } from './wire.ts';

/** What waits for a person, oldest first. */
export function Reviews() {
  const list = useList<Row>('/reviews');
  const [error, setError] = useState<CallError>();
  const free = list.items.filter(({ claim }) => claim === null || claim.mine);
  /** The first that nobody has; whoever was quicker is passed over. */
  const claimNext = async () => {
    setError(undefined);
    for (const { id } of free) {
      try {
        await post<Row>(`/reviews/${encodeURIComponent(id)}/claim`);
        return go(['reviews', id]);
      } catch (fault) {
        if (fault instanceof CallError && fault.status === 409) continue;
        return setError(fault instanceof CallError ? fault : new CallError(0, String(fault)));
      }
    }
    list.reload();
  };
  return (
    <>
      <Heading
        aside={
          free.length > 0 && (
            <button type="button" onClick={claimNext}>
              Review the next one
            </button>
          )
        }
      >
        Reviews
      </Heading>
      {error && <Failed error={error} />}
      <List
        list={list}
        noun="waiting"
        empty={<Note title="Nobody waits">What the machine is not sure of appears here, the oldest first.</Note>}
      >
        {(rows) => <Queue rows={rows} />}
      </List>
    </>
  );
}

const Queue = ({ rows }: { rows: readonly Row[] }) => (
  <div class="table">
    <table>
      <caption class="hidden">Verifications that wait for a person, oldest first</caption>
      <thead>
        <tr>
          <th scope="col">Waiting since</th>
          <CommonHeads />
          <th scope="col">Who looks</th>
          <th scope="col">
            <span class="hidden">Action</span>
          </th>
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <tr key={row.id}>
            <td data-label="Waiting since">
              <Time at={row.completedAt ?? row.createdAt} />
            </td>
            <CommonCells row={row} />
            <td data-label="Who looks">
              {row.claim ? (
                <Pill tone={row.claim.mine ? 'good' : 'wait'}>{row.claim.mine ? 'You' : row.claim.name}</Pill>
              ) : (
                <span class="soft">nobody</span>
              )}
            </td>
            <td class="action">
              <a class="button quiet small" href={hrefOf(['reviews', row.id])} aria-label={`Review ${row.id}`}>
                Review
              </a>
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  </div>
);
