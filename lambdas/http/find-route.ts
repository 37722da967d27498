import type { Event } from './call-state.ts';
import { type ContractName, gatewayPathsOf, type Route, routes } from './routes.ts';

const byKey = new Map<string, readonly Route[]>();
for (const route of routes as readonly Route[]) {
  for (const path of gatewayPathsOf(route)) {
    const key = `${route.method} ${path}`;
    byKey.set(key, [...(byKey.get(key) ?? []), route]);
  }
}

/** The route of a call; where contracts share a path, the one whose ids look like the one in it (K-02), else the first. */
export function findRoute(event: Event): Route | undefined {
  const candidates = byKey.get(event.routeKey) ?? [];
  const { id = '', rest = '' } = event.pathParameters ?? {};
  if (rest !== '') return undefined;
  return candidates.find(({ idPrefix }) => idPrefix !== undefined && id.startsWith(idPrefix)) ?? candidates[0];
}

/** On a shared path, the route of the contract whose the body is (K-01); undefined where the body is nobody's, or both's. */
export const routeOfBody = (event: Event, body: unknown): Route | undefined => {
  const contract = contractOfBody(body);
  return (byKey.get(event.routeKey) ?? []).find((route) => route.contract === contract);
};

/** The contract below whose own mount a path lies. */
const mountOf = (path: string): ContractName | undefined => {
  const name = path.split('/')[1];
  return (routes as readonly Route[]).find(({ contract }) => contract === name && contract !== 'platform')?.contract;
};

/** Fields that the body of one contract alone has, on the path that two contracts share (K-01). */
const marks = {
  'step-up': ['user_id', 'frames'],
  document: ['document_type', 'document_data', 'document_key'],
} as const;

type MarkedContract = keyof typeof marks;

/** Which contract's a body is; undefined where it has the marks of both or of none. */
export function contractOfBody(body: unknown): MarkedContract | undefined {
  if (typeof body !== 'object' || body === null) return undefined;
  const marked = (Object.keys(marks) as MarkedContract[]).filter((name) =>
    marks[name].some((field) => Object.hasOwn(body, field)),
  );
  return marked.length === 1 ? marked[0] : undefined;
}

/** Whether the body must say whose call it is: on a shared path, without a mount. */
export const toldByBody = (path: string, route: Route | undefined): boolean =>
  route?.sharedPath === true && mountOf(path) === undefined;

/** K-03: in whose shape a call is answered. The mount decides, then the route, then the body; else it is the platform's. */
export function contractOf(path: string, route: Route | undefined, body: () => unknown): ContractName {
  if (!toldByBody(path, route)) return mountOf(path) ?? route?.contract ?? 'platform';
  return contractOfBody(body()) === route?.contract ? (route?.contract ?? 'platform') : 'platform';
}
