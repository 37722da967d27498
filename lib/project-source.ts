import { join, resolve } from 'node:path';

const projectRoot = resolve(import.meta.dirname, '..');

export interface BundleSource {
  /** Folder with `<name>.ts` for every function; each exports `handler`. */
  readonly handlers: string;
  /** Code that functions of the image start in threads and processes of their own; it lies beside their handlers. */
  readonly workers: readonly string[];
  /** Folder of the pages for browsers. */
  readonly site: string;
  /** Model files, baked into the image under their own names. */
  readonly models: readonly string[];
  readonly dockerfile: string;
  /** The `package-lock.json` that fixes what the image installs. */
  readonly lockfile: string;
}

/** Where this project's functions come from; `models` are files as `ensureModels` made them. */
export const projectSource = (models: readonly string[]): BundleSource => ({
  handlers: join(projectRoot, 'lambdas/handlers'),
  workers: ['document/pdf-worker.ts', 'video/ffmpeg/video-worker.ts'].map((file) =>
    join(projectRoot, 'lambdas/vision', file),
  ),
  site: join(projectRoot, 'layers/site'),
  models,
  dockerfile: join(projectRoot, 'lambdas/vision/Dockerfile'),
  lockfile: join(projectRoot, 'package-lock.json'),
});
