import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import type { Json } from './client.ts';

export interface Received {
  readonly at: number;
  readonly headers: IncomingHttpHeaders;
  readonly raw: string;
  readonly body: Json;
}

export interface Receiver extends AsyncDisposable {
  readonly url: string;
  readonly received: readonly Received[];
  /** Waits for so many calls that pass. */
  readonly wait: (
    count: number,
    which?: (call: Received) => boolean,
    timeoutMs?: number,
  ) => Promise<readonly Received[]>;
}

/** An endpoint as a customer runs it; `answer` says with what the nth call (from 0) is answered. */
export async function startReceiver(
  answer: (nth: number, call: Received) => number | { status: number; headers: Record<string, string> } = () => 200,
): Promise<Receiver> {
  const received: Received[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const raw = Buffer.concat(chunks).toString();
      const call = { at: Date.now(), headers: request.headers, raw, body: JSON.parse(raw) };
      const reply = answer(received.push(call) - 1, call);
      const { status, headers } = typeof reply === 'number' ? { status: reply, headers: {} } : reply;
      response.writeHead(status, headers).end();
    });
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`,
    received,
    async wait(count, which = () => true, timeoutMs = 30_000) {
      for (let waited = 0; waited < timeoutMs; waited += 25) {
        const found = received.filter(which);
        if (found.length >= count) return found;
        await wait(25);
      }
      throw new Error(`${received.filter(which).length} of ${count} calls came in ${timeoutMs} ms.`);
    },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((closed) => server.close(closed));
    },
  };
}
