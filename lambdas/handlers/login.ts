import { dynamoLoginRecords } from '../adapters/dynamo-login-records.ts';
import { systemClock, systemRandom } from '../adapters/system.ts';
import { createPipeline } from '../http/pipeline.ts';
import { variables } from './environment.ts';
import { loginSetup } from './login-setup.ts';
import { records } from './records.ts';
import { tenantPipeline } from './tenant-access.ts';

const env = variables('TABLE_NAME', 'KEYS_TABLE_NAME');
const { table } = records(env.TABLE_NAME);
const deps = { clock: systemClock, random: systemRandom, records: dynamoLoginRecords(table) };

/** What of logins needs no look at a face. */
export const handler = createPipeline(tenantPipeline(table, env.KEYS_TABLE_NAME), { ...loginSetup(deps) });
