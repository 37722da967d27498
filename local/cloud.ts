import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { readApi } from './api/api-resource.ts';
import { createApi } from './api/server.ts';
import { createDynamoDb } from './dynamodb/dynamodb.ts';
import { createEndpoint } from './endpoint.ts';
import { startEventSources } from './event-sources.ts';
import { type Deliver, UnreachableTargetError } from './events/deliveries.ts';
import { createEvents } from './events/events.ts';
import { lockFolder } from './folder-lock.ts';
import { type CloudIdentity, readIdentity, writeIdentity } from './identity.ts';
import { createKms } from './kms/kms.ts';
import { readFunction } from './lambda/function-resource.ts';
import { createFunctions, type Functions, type FunctionsOptions } from './lambda/functions.ts';
import { provision, provisionedTypes, type Services } from './provision.ts';
import { createS3 } from './s3/s3.ts';
import type { CloudPlace } from './service.ts';
import { createSqs } from './sqs/sqs.ts';
import { type Assembly, readAssembly } from './template/assembly.ts';
import { hasNoLocalEffect } from './template/resource-types.ts';
import { loadTemplate, type Template } from './template/template.ts';
import { createVectors } from './vectors/vectors.ts';

type FunctionOptions = Pick<
  FunctionsOptions,
  'environment' | 'log' | 'concurrency' | 'prewarm' | 'growAfterMs' | 'idleMs' | 'retryDelaysMs'
>;

export interface CloudOptions extends FunctionOptions {
  /** Folder that `cdk synth` wrote. */
  readonly assembly: string;
  /** Folder that keeps everything over restarts; one cloud at a time may use it. */
  readonly data: string;
  /** Default 127.0.0.1: this cloud has no defences for an open network. */
  readonly host?: string;
  /** Of the HTTP API; 0, the default, takes a free one. */
  readonly port?: number;
  /** Default `local`: 64 MB bodies. `aws`: 10 MB for the API and 6 MB for functions. */
  readonly limits?: 'aws' | 'local';
  readonly region?: string;
  readonly accountId?: string;
}

export interface Cloud {
  /** Base address of the HTTP API. */
  readonly url: string;
  /** Address for AWS SDK clients, with the keys that it takes. */
  readonly endpoint: string;
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
  readonly region: string;
  readonly template: Template;
  readonly functions: Functions;
  readonly services: Services;
  /** What of the template does nothing here, one sentence each. */
  readonly warnings: readonly string[];
  /** Stops taking requests and messages, lets what runs end for up to `graceMs`, and closes everything. */
  readonly close: (graceMs?: number) => Promise<void>;
}

const runtimeTypes = new Set(['AWS::Lambda::Function', 'AWS::Lambda::EventSourceMapping']);

function warningsFor(template: Template): string[] {
  return template.resources
    .filter(({ type }) => !provisionedTypes.has(type) && !runtimeTypes.has(type) && !hasNoLocalEffect(type))
    .map(({ type, logicalId }) => `${type} "${logicalId}" has no counterpart here and does nothing.`);
}

function listen(server: Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => {
      server.off('error', reject);
      resolve((server.address() as AddressInfo).port);
    });
  });
}

/** Binds the port that the folder remembers; where another program has it now, a new one, which breaks old addresses. */
async function bindEndpoint(server: Server, data: string, identity: CloudIdentity, warn: (text: string) => void) {
  let port: number;
  try {
    port = await listen(server, identity.port);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw error;
    warn(`Port ${identity.port} is taken: upload addresses given out before this start no longer work.`);
    port = await listen(server, 0);
  }
  writeIdentity(data, { ...identity, port });
  return port;
}

function createServices(place: (service: string) => CloudPlace, deliver: Deliver): Services {
  return {
    dynamodb: createDynamoDb(place('dynamodb')),
    s3: createS3(place('s3')),
    sqs: createSqs(place('sqs')),
    kms: createKms(place('kms')),
    vectors: createVectors(place('s3vectors')),
    events: createEvents(place('events'), deliver),
  };
}

/** Hands events to queues and functions; what they do with them is their own affair. */
function deliverTo(services: () => Services, functions: () => Functions): Deliver {
  return async (targetArn, payload, { messageGroupId, attributes }) => {
    const name = targetArn.split(':')[5] ?? '';
    if (targetArn.startsWith('arn:aws:sqs:')) {
      services().sqs.send(name, payload, { messageGroupId, ...(attributes && { attributes }) });
      return;
    }
    if (!functions().find(targetArn)) throw new UnreachableTargetError(`Nothing here answers to ${targetArn}.`);
    await functions().invokeAsync(targetArn, JSON.parse(payload));
  };
}

function readFunctions(template: Template, assembly: Assembly, data: string) {
  const folder = join(data, 'functions');
  mkdirSync(folder, { recursive: true });
  // Without it Node would take the nearest package.json above the assembly as the functions' own.
  const marker = join(assembly.directory, 'package.json');
  if (!existsSync(marker)) writeFileSync(marker, '{}');
  return template.ofType('AWS::Lambda::Function').map((resource) => readFunction(resource, template, assembly, folder));
}

/**
 * Runs a CDK cloud assembly on this machine: its tables, buckets, queues, buses, schedules, functions and HTTP API.
 * Resolves when the API answers; functions start with their first event unless `prewarm` says otherwise.
 * @throws FolderInUseError, TemplateError, or an Error that names the resource which cannot run here
 */
export async function startCloud(options: CloudOptions): Promise<Cloud> {
  const { data, host = '127.0.0.1', port = 0, limits = 'local' } = options;
  const { region = 'eu-central-1', accountId = '123456789012' } = options;
  const unwind: (() => Promise<void> | void)[] = [];
  try {
    unwind.push(lockFolder(data));
    const identity = readIdentity(data);
    const credentials = { accessKeyId: identity.accessKeyId, secretAccessKey: identity.secretAccessKey };
    const warnings: string[] = [];

    let address = '';
    const endpoint = (): string => address;
    const place = (service: string): CloudPlace => {
      const folder = join(data, service);
      mkdirSync(folder, { recursive: true });
      return { region, accountId, folder, endpoint, credentials, now: Date.now };
    };
    // Deliveries begin with `events.start()`, when both exist.
    const services: Services = createServices(
      place,
      deliverTo(
        () => services,
        () => functions,
      ),
    );
    const { events, ...others } = services;
    let eventsClosed: Promise<void> | undefined;
    const closeEvents = (): Promise<void> => {
      eventsClosed ??= events.close();
      return eventsClosed;
    };
    for (const service of Object.values(others)) unwind.push(() => service.close());
    unwind.push(closeEvents);

    const server = createEndpoint(Object.values(services));
    const awsPort = await bindEndpoint(server, data, identity, (text) => warnings.push(text));
    address = `http://127.0.0.1:${awsPort}`;
    unwind.push(() => closeServer(server));

    const invoke: Functions['invoke'] = (...parameters) => functions.invoke(...parameters);
    const api = createApi({ limits, invoke });
    const url = await api.listen(port, host);
    unwind.push(() => api.close(0));

    const assembly = readAssembly(options.assembly);
    let streams: ReadonlyMap<string, string> = new Map();
    const streamArn = (table: string): string => streams.get(table) ?? '';
    const keyId = services.kms.ensureKey;
    const template = loadTemplate(assembly, { region, accountId, endpoint: address, apiUrl: url, streamArn, keyId });
    warnings.push(...warningsFor(template));
    streams = provision(template, services);

    const functions = createFunctions(readFunctions(template, assembly, data), {
      ...options,
      region,
      credentials,
      endpoint,
      limits,
      compileCache: join(data, 'compile-cache'),
    });
    unwind.push(() => functions.close(0));
    await functions.warm();
    const stopEventSources = startEventSources(template, services.sqs, functions);
    events.start();
    const definition = readApi(template, accountId);
    if (definition) api.serve(definition);

    const close = async (graceMs = 10_000): Promise<void> => {
      const force = setTimeout(() => functions.close(0), graceMs);
      await api.close(graceMs);
      await stopEventSources();
      // Events that functions still work on stay theirs; what waits for a retry goes back to the bus.
      const handedOver = closeEvents();
      await functions.close(graceMs);
      await handedOver;
      clearTimeout(force);
      for (const step of unwind.splice(0).reverse()) await step();
    };
    return { url, endpoint: address, credentials, region, template, functions, services, warnings, close };
  } catch (error) {
    for (const step of unwind.reverse()) await step();
    throw error;
  }
}

function closeServer(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
