import { readdirSync, readFileSync } from 'node:fs';

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

/** Processes that a process started, with their command lines; none where there is no /proc. */
export function childrenOf(pid: number): { readonly pid: number; readonly command: string }[] {
  if (process.platform !== 'linux') return [];
  return readdirSync('/proc').flatMap((name) => {
    try {
      const status = readFileSync(`/proc/${name}/status`, 'utf8');
      if (Number(/^PPid:\s+(\d+)/m.exec(status)?.[1]) !== pid) return [];
      return [{ pid: Number(name), command: readFileSync(`/proc/${name}/cmdline`, 'utf8').replaceAll('\0', ' ') }];
    } catch {
      return []; // no process, or one that has just ended
    }
  });
}
