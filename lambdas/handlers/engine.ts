import { join } from 'node:path';
import type { Vision } from '../ports.ts';
import { createVision } from '../vision/engine.ts';

/**
 * What looks at images in this function. One thread: the function's other share of CPU decodes and talks.
 * @param modelsFolder relative to the function's root
 */
export const openVision = (modelsFolder: string): Promise<Vision> =>
  createVision({ folder: join(process.env.LAMBDA_TASK_ROOT ?? '.', modelsFolder), threads: 1 });
