import { flagSeverity } from '../../../lambdas/domain/flags.ts';
import { IdLink, None } from './parts.tsx';
import type { Row } from './wire.ts';
import { contractWords, spell } from './words.ts';

/** What every list of verifications tells of each. */
export const CommonHeads = () => (
  <>
    <th scope="col">Id</th>
    <th scope="col">User</th>
    <th scope="col" class="number">
      Confidence
    </th>
    <th scope="col">Findings</th>
  </>
);

export const CommonCells = ({ row }: { row: Row }) => (
  <>
    <th scope="row">
      <IdLink id={row.id} />
      <span class="soft under">{contractWords[row.contract]}</span>
    </th>
    <td data-label="User" class="clip">
      {row.userRef ?? <None />}
    </td>
    <td data-label="Confidence" class="number">
      {row.confidence === null ? <None /> : Math.round(row.confidence)}
    </td>
    <td data-label="Findings">
      <Findings flags={row.flags} />
    </td>
  </>
);

const mostFindings = 2;
const severities = ['critical', 'review', 'notice'];
const severityOf = (flag: string): number =>
  severities.indexOf((flagSeverity as Readonly<Record<string, string>>)[flag] ?? 'review');

/** What was found, the worst first. */
const Findings = ({ flags }: { flags: readonly string[] }) => {
  if (flags.length === 0) return <None />;
  const worst = flags.toSorted((a, b) => severityOf(a) - severityOf(b)).slice(0, mostFindings);
  return (
    <span class="findings">
      {worst.map(spell).join(', ')}
      {flags.length > mostFindings && <span class="soft"> and {flags.length - mostFindings} more</span>}
    </span>
  );
};
