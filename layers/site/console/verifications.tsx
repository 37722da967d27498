import { useEffect, useRef } from 'preact/hooks';
import { query } from './api.ts';
import { useList } from './load.ts';
import { List } from './more.tsx';
import { Heading, Note, StatePill, Time } from './parts.tsx';
import { go, hrefOf, type Route } from './route.ts';
import { CommonCells, CommonHeads } from './row-cells.tsx';
import type { Row, State } from './wire.ts';
import { contractWords, filterStates, stateWords } from './words.ts';

/** All verifications, newest first; what is looked for stands in the address, so that it can be sent to somebody. */
export function Verifications({ route }: { route: Route }) {
  const { q = '', state = '', contract = '' } = route.query;
  const list = useList<Row>(`/verifications${query({ q, state, contract })}`);
  const search = (change: Readonly<Record<string, string>>) => go(['verifications'], { q, state, contract, ...change });
  const asked = q !== '' || state !== '' || contract !== '';
  return (
    <>
      <Heading>Verifications</Heading>
      <Filters q={q} state={state} contract={contract} search={search} />
      <List
        list={list}
        noun="verifications"
        empty={
          asked ? (
            <Note title="Nothing matches">
              {q && 'A search takes the whole id, or your whole user reference. '}
              <a href={hrefOf(['verifications'])}>Show all verifications</a>
            </Note>
          ) : (
            <Note title="No verifications yet">
              They appear here as soon as the first one is started with this key.
            </Note>
          )
        }
      >
        {(rows) => <Rows rows={rows} />}
      </List>
    </>
  );
}

interface Asked {
  readonly q: string;
  readonly state: string;
  readonly contract: string;
  readonly search: (change: Readonly<Record<string, string>>) => void;
}

function Filters({ q, state, contract, search }: Asked) {
  const field = useRef<HTMLInputElement>(null);
  useEffect(() => {
    if (field.current) field.current.value = q;
  }, [q]);
  const submit = (event: Event) => {
    event.preventDefault();
    search({ q: field.current?.value.trim() ?? '' });
  };
  const chip = (value: string, label: string) => (
    <button
      key={value}
      type="button"
      class="chip"
      aria-pressed={state === value}
      onClick={() => search({ state: value })}
    >
      {label}
    </button>
  );
  return (
    <search class="filters">
      <form onSubmit={submit}>
        <label class="grow">
          <span class="hidden">Search by id or user reference</span>
          <input
            ref={field}
            type="search"
            name="q"
            placeholder="Id or user reference"
            autocomplete="off"
            spellcheck={false}
          />
        </label>
        <label>
          <span class="hidden">Contract</span>
          <select value={contract} onChange={(event) => search({ contract: event.currentTarget.value })}>
            <option value="">All contracts</option>
            {Object.entries(contractWords).map(([value, label]) => (
              <option key={value} value={value}>
                {label}
              </option>
            ))}
          </select>
        </label>
        <button type="submit">Search</button>
      </form>
      <fieldset class="chips">
        <legend class="hidden">State</legend>
        {chip('', 'All')}
        {filterStates.map((one) => chip(one, stateWords[one].label))}
      </fieldset>
    </search>
  );
}

const Rows = ({ rows }: { rows: readonly Row[] }) => (
  <div class="table">
    <table>
      <caption class="hidden">Verifications, newest first</caption>
      <thead>
        <tr>
          <th scope="col">State</th>
          <CommonHeads />
          <th scope="col">Started</th>
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <tr key={row.id}>
            <td>
              <StatePill state={row.state as State} />
              {row.reviewed && <span class="soft by">by a person</span>}
            </td>
            <CommonCells row={row} />
            <td data-label="Started">
              <Time at={row.createdAt} />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  </div>
);
