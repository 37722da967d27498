import { createPipeline } from '../http/pipeline.ts';
import { variables } from './environment.ts';
import { records } from './records.ts';
import { tenantPipeline } from './tenant-access.ts';

const env = variables('TABLE_NAME', 'KEYS_TABLE_NAME');
const { table } = records(env.TABLE_NAME);

export const handler = createPipeline(tenantPipeline(table, env.KEYS_TABLE_NAME), {});
