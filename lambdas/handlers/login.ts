import { dynamoLoginRecords } from '../adapters/dynamo-login-records.ts';
import { dynamoTenants } from '../adapters/dynamo-tenants.ts';
import { systemClock, systemRandom } from '../adapters/system.ts';
import { createPipeline } from '../http/pipeline.ts';
import { settings, variables } from './environment.ts';
import { openCollections } from './gallery.ts';
import { loginSetup } from './login-setup.ts';
import { records } from './records.ts';
import { tenantPipeline } from './tenant-access.ts';

const env = variables('TABLE_NAME', 'KEYS_TABLE_NAME');
const { table } = records(env.TABLE_NAME);
const deps = {
  clock: systemClock,
  random: systemRandom,
  records: dynamoLoginRecords(table),
  tenants: dynamoTenants(table),
  gallery: openCollections(),
  settings,
};

/** What of logins needs no look at a face. */
export const handler = createPipeline(tenantPipeline(table, env.KEYS_TABLE_NAME), { ...loginSetup(deps) });
