import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import * as z from 'zod';
import type { Assembly } from '../template/assembly.ts';
import type { Resource, Template } from '../template/template.ts';
import { readDockerFile } from './docker-file.ts';
import type { FunctionSpec } from './function-spec.ts';

const functionSchema = z.object({
  Code: z.object({ S3Key: z.string().optional(), ImageUri: z.string().optional(), ZipFile: z.string().optional() }),
  Handler: z.string().optional(),
  Timeout: z.coerce.number().default(3),
  MemorySize: z.coerce.number().default(128),
  ReservedConcurrentExecutions: z.coerce.number().optional(),
  Environment: z.object({ Variables: z.record(z.string(), z.coerce.string()).default({}) }).optional(),
  Layers: z.array(z.string()).default([]),
  ImageConfig: z.object({ Command: z.array(z.string()).optional() }).optional(),
});
type FunctionProperties = z.infer<typeof functionSchema>;
const layerSchema = z.object({ Content: z.object({ S3Key: z.string() }) });

interface Code {
  readonly taskRoot: string;
  readonly handler: string;
  readonly environment: Readonly<Record<string, string>>;
  /** Folders in which the handler's path is looked up, with the part of the path that each one stands for. */
  readonly roots: readonly { readonly folder: string; readonly prefix: string }[];
}

const extensions = ['.mjs', '.js', '.cjs', '.ts'];

function zipCode(properties: FunctionProperties, assembly: Assembly, folder: string, name: string): Code {
  const handler = properties.Handler ?? 'index.handler';
  if (properties.Code.ZipFile !== undefined) {
    const taskRoot = join(folder, 'inline', name);
    mkdirSync(taskRoot, { recursive: true });
    writeFileSync(join(taskRoot, 'index.js'), properties.Code.ZipFile);
    // Keeps a surrounding package.json from deciding what kind of module the file is.
    writeFileSync(join(taskRoot, 'package.json'), '{}');
    return { taskRoot, handler, environment: {}, roots: [{ folder: taskRoot, prefix: '' }] };
  }
  const taskRoot = assembly.files.get(properties.Code.S3Key ?? '');
  if (!taskRoot || !statSync(taskRoot).isDirectory())
    throw new Error(`Function ${name}: the assembly holds no directory for asset ${properties.Code.S3Key}.`);
  return { taskRoot, handler, environment: {}, roots: [{ folder: taskRoot, prefix: '' }] };
}

function imageCode(properties: FunctionProperties, assembly: Assembly, name: string): Code {
  const tag = properties.Code.ImageUri?.split(':').at(-1) ?? '';
  const image = assembly.images.get(tag);
  if (!image) throw new Error(`Function ${name}: the assembly holds no build context for image ${tag}.`);
  const settings = readDockerFile(readFileSync(image.dockerFile, 'utf8'), image.buildArgs);
  const handler = (properties.ImageConfig?.Command ?? settings.command)[0];
  if (!handler) throw new Error(`Function ${name}: its Dockerfile names no CMD.`);
  const copied = settings.copies.map(({ source, destination }) => {
    const from = join(image.directory, source);
    const isDirectory = existsSync(from) && statSync(from).isDirectory();
    const prefix = isDirectory ? destination : join(destination, basename(source));
    return { folder: from, prefix: prefix === '.' ? '' : prefix };
  });
  const roots = [...copied, { folder: image.directory, prefix: '' }];
  return { taskRoot: image.directory, handler, environment: settings.environment, roots };
}

/** `folder/file.export` → the file that exports it. */
function findHandler(code: Code, name: string): { handlerFile: string; exportPath: string } {
  const file = basename(code.handler);
  const dot = file.indexOf('.');
  const path = code.handler.slice(0, code.handler.length - file.length) + file.slice(0, dot);
  const tried: string[] = [];
  for (const { folder, prefix } of code.roots)
    for (const extension of extensions) {
      const wanted = path + extension;
      if (!wanted.startsWith(prefix)) continue;
      const candidate = join(folder, wanted.slice(prefix.length));
      if (existsSync(candidate) && statSync(candidate).isFile())
        return { handlerFile: candidate, exportPath: file.slice(dot + 1) };
      tried.push(candidate);
    }
  throw new Error(`Function ${name}: no file for handler "${code.handler}"; looked for ${tried.join(', ')}.`);
}

/** Lays the layers over each other in order, as Lambda does in `/opt`. One layer needs no copy. */
function layersFolder(layers: readonly string[], template: Template, assembly: Assembly, folder: string, name: string) {
  const folders = layers.map((arn) => {
    const layer = template.ofType('AWS::Lambda::LayerVersion').find(({ ref }) => ref === arn);
    const key = layer && layerSchema.parse(layer.properties).Content.S3Key;
    const content = key && assembly.files.get(key);
    if (!content) throw new Error(`Function ${name}: layer ${arn} is not part of this assembly.`);
    return content;
  });
  if (folders.length <= 1) return folders[0];
  const merged = join(folder, 'layers', name);
  rmSync(merged, { recursive: true, force: true });
  for (const from of folders) cpSync(from, merged, { recursive: true });
  return merged;
}

/**
 * Reads one `AWS::Lambda::Function`.
 * @param folder where inline code and merged layers are written
 * @throws Error that names the function when its code, handler or layers cannot be found
 */
export function readFunction(resource: Resource, template: Template, assembly: Assembly, folder: string): FunctionSpec {
  const properties = functionSchema.parse(resource.properties);
  const { name } = resource;
  const image = properties.Code.ImageUri !== undefined;
  const code = image ? imageCode(properties, assembly, name) : zipCode(properties, assembly, folder, name);
  const layersRoot = layersFolder(properties.Layers, template, assembly, folder, name);
  const reservedConcurrency = properties.ReservedConcurrentExecutions;
  return {
    name,
    arn: resource.attribute('Arn'),
    image,
    taskRoot: code.taskRoot,
    handler: code.handler,
    ...findHandler(code, name),
    timeoutMs: properties.Timeout * 1000,
    memoryMb: properties.MemorySize,
    environment: { ...code.environment, ...properties.Environment?.Variables },
    ...(reservedConcurrency !== undefined && { reservedConcurrency }),
    ...(layersRoot !== undefined && { layersRoot }),
  };
}
