/** What is sent on: jobs, events, and webhooks on their way. */
import type { Result } from '../domain/result.ts';
import type { Mode, VerificationRef } from '../domain/verification.ts';
import type { Attempt, Delivery, DomainEvent, Step } from '../domain/webhook-delivery.ts';
import type { Page } from './verifications.ts';

export interface Jobs {
  send(ref: VerificationRef): Promise<void>;
}

export interface Events {
  publish(event: DomainEvent): Promise<void>;
}

export interface Deliveries {
  /** Writes a pending delivery unless it is there; answers what is there now. */
  open(delivery: Delivery): Promise<Delivery>;
  get(ref: DeliveryRef): Promise<Delivery | undefined>;
  /** Takes the next attempt until `leaseUntil`; false where it is not due, or another worker has it. */
  claim(delivery: Delivery, now: number, leaseUntil: number): Promise<boolean>;
  record(delivery: Delivery, attempt: Attempt, step: Step): Promise<void>;
  /** → pending and due at once, attempts kept. */
  reopen(ref: DeliveryRef, dueAt: number): Promise<void>;
  due(at: number, limit: number): Promise<readonly DeliveryRef[]>;
  /** Newest first. */
  list(
    tenantId: string,
    mode: Mode,
    filter: {
      readonly verificationId?: string;
      readonly status?: Delivery['status'];
      readonly since?: number;
      readonly until?: number;
    },
    cursor?: string,
  ): Promise<Page<Delivery>>;
}

export interface DeliveryRef {
  readonly tenantId: string;
  readonly mode: Mode;
  readonly deliveryId: string;
}

export interface DeliveryQueue {
  send(ref: DeliveryRef, delaySeconds: number): Promise<void>;
}

export interface DeadLetter {
  readonly id: string;
  readonly queue: 'jobs' | 'deliveries';
  readonly receivedAt: number;
  readonly body: string;
}

export interface DeadLetters {
  list(): Promise<readonly DeadLetter[]>;
  /** False where it is no longer there. */
  redrive(id: string): Promise<boolean>;
}

export interface WebhookSigner {
  /**
   * For each secret: `v1,<base64>` of Standard Webhooks, the hex HMAC-SHA256 of `<unix seconds>.<body>`, and that of the body alone.
   */
  sign(
    secrets: readonly string[],
    message: { readonly id: string; readonly unixSeconds: number; readonly body: string },
  ): {
    readonly standard: readonly string[];
    readonly hex: readonly string[];
    readonly bodyHex: readonly string[];
  };
}

export type EgressFault = 'address_refused' | 'unresolvable' | 'timeout' | 'connection_failed' | 'tls_failed';

export interface Egress {
  /** Posts to an address of a customer; private addresses are refused unless allowed, redirects are never followed. */
  post(
    url: string,
    headers: Readonly<Record<string, string>>,
    body: string,
  ): Promise<Result<{ readonly status: number; readonly retryAfterSeconds?: number }, EgressFault>>;
}

export interface WebhookAddresses {
  /** Whether a name stands for addresses of the public internet alone, as far as it can be told now; `post` looks again. */
  isPublic(hostname: string): Promise<boolean>;
}
