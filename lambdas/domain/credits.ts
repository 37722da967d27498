/** One movement of a tenant's balance. `amount` is positive for grants and refunds, negative for debits. */
export interface LedgerEntry {
  readonly id: string;
  readonly type: 'grant' | 'debit' | 'refund';
  readonly amount: number;
  /** Balance after the movement. */
  readonly balance: number;
  readonly verificationId?: string;
  readonly reason: string;
  readonly createdAt: number;
}

/** Derived, so that a movement can be written only once per verification. */
export const debitId = (verificationId: string): string => `debit_${verificationId}`;
export const refundId = (verificationId: string): string => `refund_${verificationId}`;
