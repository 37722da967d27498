import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import type { Synthesis } from '../../lib/synthesize.ts';

const templateSchema = z.object({
  Resources: z.record(
    z.string(),
    z.looseObject({
      Type: z.string(),
      Properties: z
        .looseObject({
          Layers: z.array(z.unknown()).optional(),
          Description: z.string().optional(),
          Environment: z.object({ Variables: z.record(z.string(), z.unknown()) }).optional(),
        })
        .optional(),
    }),
  ),
});

/**
 * The environment that the stack gives to each function, by the function's name. What only a deployment knows is a placeholder:
 * enough to start with, not to work with. Nothing of this machine's environment is in it but `PATH`.
 */
export function functionEnvironments({ directory, stackName }: Synthesis): Record<string, Record<string, string>> {
  const text = readFileSync(join(directory, `${stackName}.template.json`), 'utf8');
  const resources = Object.values(templateSchema.parse(JSON.parse(text)).Resources);
  return Object.fromEntries(
    resources
      .filter(({ Type }) => Type === 'AWS::Lambda::Function')
      .map(({ Properties }) => {
        const name = Properties?.Description?.replace('Selfsame: ', '') ?? '';
        const own = Object.entries(Properties?.Environment?.Variables ?? {}).map(([key, value]) => [
          key,
          typeof value === 'string' ? value : 'placeholder',
        ]);
        // Stands for `/opt`: there is one layer, the pages.
        const layers = Properties?.Layers ? { LAMBDA_LAYERS_ROOT: join(directory, 'bundles/site') } : {};
        const given = { PATH: process.env.PATH ?? '', AWS_REGION: 'eu-central-1', AWS_LAMBDA_FUNCTION_NAME: name };
        return [name, { ...given, ...Object.fromEntries(own), ...layers }];
      }),
  );
}
