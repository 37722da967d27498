import { readFileSync } from 'node:fs';

export interface ProcessMemory {
  /** Now, MB. */
  readonly resident: number;
  /** The most since the process began, MB. */
  readonly peak: number;
}

/** Memory of a process, from Linux's own account of it: VmRSS and VmHWM, proc_pid_status(5). Not numbers elsewhere. */
export function memoryOf(pid: number): ProcessMemory {
  const status = process.platform === 'linux' ? readFileSync(`/proc/${pid}/status`, 'utf8') : '';
  const megabytes = (name: string) => Number(new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(status)?.[1]) / 1024;
  return { resident: megabytes('VmRSS'), peak: megabytes('VmHWM') };
}
