import type { Body } from './request.ts';

export type Capacity = 'INDEXES' | 'TOTAL' | 'NONE';

interface Sized {
  /** Bytes. */
  readonly size: number;
}

const READ_UNIT_BYTES = 4096;
const WRITE_UNIT_BYTES = 1024;

function describe(capacity: Capacity | undefined, table: string, units: number): Body | undefined {
  if (!capacity || capacity === 'NONE') return undefined;
  return {
    TableName: table,
    CapacityUnits: units,
    ...(capacity === 'INDEXES' ? { Table: { CapacityUnits: units } } : {}),
  };
}

/** ConsumedCapacity of a write of the table (index writes are not counted); transactions pay double. */
export function writeUnits(
  capacity: Capacity | undefined,
  table: string,
  old: Sized | undefined,
  stored: Sized | undefined,
  factor = 1,
): Body | undefined {
  const bytes = Math.max(old?.size ?? 0, stored?.size ?? 0, 1);
  return describe(capacity, table, factor * Math.ceil(bytes / WRITE_UNIT_BYTES));
}

/** ConsumedCapacity of reads that together took `bytes`. `factor` is 0.5 for eventually consistent reads, 2 for transactions. */
export function readUnits(
  capacity: Capacity | undefined,
  table: string,
  bytes: number,
  factor: number,
): Body | undefined {
  return describe(capacity, table, factor * Math.ceil(Math.max(bytes, 1) / READ_UNIT_BYTES));
}
