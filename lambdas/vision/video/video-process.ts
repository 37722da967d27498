/** Something done by FFmpeg in a process of its own, with a bound on time and memory. */
import { type ChildProcess, fork } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { Ready, StillRequest, VideoRequest } from './video-messages.ts';

/** How it ended without an answer: by its time, by its memory, or by breaking down. That is the file's doing. */
export type Ended = 'late' | 'too_much_memory' | 'broken';

/** The process's code: beside this file in a bundle, in a folder of its own in the source. */
const WORKER = fileURLToPath(
  new URL(import.meta.url.endsWith('.ts') ? './ffmpeg/video-worker.ts' : './video-worker.mjs', import.meta.url),
);
const WATCH_MS = 50;
/** Ms for Node and FFmpeg to start on a machine that does other things: a tenth of a second on an idle one. */
const START_MS = 8000;

/**
 * Starts the process, asks it once and ends it.
 * @param milliseconds from when FFmpeg runs @param memoryBytes resident
 * @throws where the process does not start at all: that is no file's fault
 */
export async function inProcess<Reply extends object>(
  request: VideoRequest | StillRequest,
  milliseconds: number,
  memoryBytes: number,
): Promise<Reply | Ended> {
  const child = fork(WORKER, {
    execArgv: ['--max-old-space-size=128', '--disable-warning=ExperimentalWarning'],
    // Nothing of the function's environment: a video has no business with its credentials.
    env: {},
    serialization: 'advanced',
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  });
  const settled = Promise.withResolvers<Reply | Ended>();
  let running = false;
  let said = '';
  child.stderr?.on('data', (text) => {
    said = `${said}${text}`.slice(-2000);
  });
  const end = (how: Ended) => {
    if (running) settled.resolve(how);
    else settled.reject(new Error(`The process for videos does not start: ${how}`, { cause: said }));
  };
  let timer = setTimeout(end, START_MS, 'late');
  let watch: NodeJS.Timeout | undefined;
  child.on('message', (message: Reply | Ready) => {
    if (!('ready' in message)) return settled.resolve(message);
    running = true;
    clearTimeout(timer);
    timer = setTimeout(end, milliseconds, 'late');
    watch = watchMemory(child, memoryBytes, () => end('too_much_memory'));
    // Where it is gone already, that is told by its end.
    child.send(request, () => {});
  });
  child.on('error', (cause) => settled.reject(new Error('The process for videos does not start', { cause })));
  child.on('close', () => end('broken'));
  try {
    return await settled.promise;
  } finally {
    clearTimeout(timer);
    clearInterval(watch);
    child.kill('SIGKILL');
  }
}

/** Looks at what the kernel says that a process holds, where there is a kernel that says it (Linux): now, and again and again. */
function watchMemory({ pid }: ChildProcess, most: number, exceeded: () => void): NodeJS.Timeout {
  const look = async () => {
    const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
    const kilobytes = Number(/VmRSS:\s+(\d+)/.exec(status)?.[1] ?? 0);
    if (kilobytes * 1024 > most) exceeded();
  };
  look();
  return setInterval(look, WATCH_MS);
}
