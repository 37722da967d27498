import type { Readable } from 'node:stream';
import { StringDecoder } from 'node:string_decoder';

/** CloudWatch Logs cuts an event here as well; a function that prints no newline must not fill the host's memory. */
const longestLine = 256 * 1024;

/** Calls `write` for every line that a process prints, without the newline; a longer line comes in pieces. */
export function forwardLines(output: Readable, write: (line: string) => void): void {
  const decoder = new StringDecoder('utf8');
  let rest = '';
  output.on('data', (chunk: Buffer) => {
    const lines = (rest + decoder.write(chunk)).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) write(line);
    for (; rest.length > longestLine; rest = rest.slice(longestLine)) write(rest.slice(0, longestLine));
  });
  output.on('end', () => {
    rest += decoder.end();
    if (rest) write(rest);
  });
}
