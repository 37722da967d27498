import { Bar, None, Pill } from './parts.tsx';
import type { Signal } from './wire.ts';
import { spell, type Tone } from './words.ts';

const results: Readonly<Record<Signal['result'], { readonly label: string; readonly tone: Tone }>> = {
  passed: { label: 'Passed', tone: 'good' },
  failed: { label: 'Failed', tone: 'bad' },
  unavailable: { label: 'Not measured', tone: 'wait' },
};

const order: readonly Signal['result'][] = ['failed', 'unavailable', 'passed'];

const two = (share: number): string => share.toFixed(2).replace(/\.?0+$/, '');

/** Everything that was looked at: what failed comes first, since it is what people come for. */
export const Signals = ({ signals }: { signals: readonly Signal[] }) => (
  <section class="card flush">
    <h2>Signals</h2>
    <div class="table">
      <table>
        <thead>
          <tr>
            <th scope="col">Signal</th>
            <th scope="col">Result</th>
            <th scope="col" class="scores">
              Score, of what it takes
            </th>
            <th scope="col">In words</th>
          </tr>
        </thead>
        <tbody>
          {signals
            .toSorted((a, b) => order.indexOf(a.result) - order.indexOf(b.result))
            .map((signal) => (
              <tr key={signal.name}>
                <th scope="row">{spell(signal.name)}</th>
                <td>
                  <Pill tone={results[signal.result].tone}>{results[signal.result].label}</Pill>
                </td>
                <td data-label="Score" class="scores">
                  {signal.score === null ? (
                    <None say="not measured" />
                  ) : (
                    <>
                      <span class="number">{two(signal.score)}</span>
                      <Bar score={signal.score} threshold={signal.threshold} tone={results[signal.result].tone} />
                      <span class="soft number">{two(signal.threshold)}</span>
                    </>
                  )}
                </td>
                <td class="reason">{signal.reason}</td>
              </tr>
            ))}
        </tbody>
      </table>
    </div>
  </section>
);
