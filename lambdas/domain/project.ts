import type { LoginRecord } from './login-records.ts';

/** What a tenant's logins belong to: one of its applications. */
export interface Project extends LoginRecord {
  readonly name: string;
  readonly description?: string;
}

type FlowStatus = 'draft' | 'active' | 'paused';

/** How people log in to a project, or join it. Only an active flow can be used. */
export interface ProjectFlow extends LoginRecord {
  /** Id of the project. */
  readonly project: string;
  readonly type: 'login' | 'onboarding';
  readonly status: FlowStatus;
  readonly version: number;
  readonly name: string;
  /** The caller's own, as JSON: echoed as it came, whatever numbers and names a database takes. */
  readonly configuration: string;
  readonly steps: string;
  /** 0..1, as all scores. */
  readonly livenessMinScore: number;
  readonly searchMinScore: number;
  /** Id of the collection that is searched. */
  readonly assignedCollection?: string;
  readonly redirectUrl?: string;
  readonly sessionTtlSeconds: number;
}
