import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { createEvents, type Events } from '../../../local/events/events.ts';
import { type ServedCloud, serveCloud } from '../serve-cloud.ts';

const delivered: string[] = [];
let cloud: ServedCloud<Events>;
beforeAll(async () => {
  cloud = await serveCloud((place) => createEvents(place, async (_, payload) => void delivered.push(payload)));
});
afterAll(() => cloud.close());

it('after kill -9 every event that PutEvents accepted is delivered, with the id that it answered', async () => {
  const accepted: (string | undefined)[] = [];
  const events = await cloud.restart(async () => {
    const script = join(import.meta.dirname, 'killed-process.ts');
    const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', script, cloud.place.folder]);
    child.stderr.on('data', (chunk) => console.error(String(chunk)));
    const [port] = await once(child.stdout, 'data');
    const client = new EventBridgeClient({ ...cloud.client, endpoint: `http://127.0.0.1:${String(port).trim()}` });
    const entry = { EventBusName: 'jobs', Source: 'app', DetailType: 'done', Detail: '{}' };
    // More than are attempted at one time, so that some are under way and some have not been tried.
    for (let i = 0; i < 3; i += 1) {
      const { Entries } = await client.send(new PutEventsCommand({ Entries: Array.from({ length: 10 }, () => entry) }));
      accepted.push(...(Entries ?? []).map(({ EventId }) => EventId));
    }
    child.kill('SIGKILL');
    await once(child, 'exit');
  });

  expect(events.pending()).toBe(30);
  expect(delivered).toEqual([]);
  events.start();
  await vi.waitFor(() => expect(events.pending()).toBe(0));
  expect(delivered.map((payload) => (JSON.parse(payload) as { id: string }).id).sort()).toEqual(accepted.sort());
});
