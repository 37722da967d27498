/** A route of an HTTP API: `METHOD /path/{parameter}/{rest+}` or `$default`. */
export interface Route<Target> {
  readonly routeKey: string;
  readonly target: Target;
}

interface RouteMatch<Target> {
  readonly route: Route<Target>;
  /** Decoded values; absent when the route has no parameters. */
  readonly pathParameters?: Readonly<Record<string, string>>;
}

/** Finds the route for a method and an undecoded path. */
export type Router<Target> = (method: string, path: string) => RouteMatch<Target> | undefined;

interface Compiled<Target> {
  readonly route: Route<Target>;
  readonly method: string;
  readonly segments: readonly string[];
  readonly greedy: boolean;
}

function compile<Target>(route: Route<Target>): Compiled<Target> {
  const match = /^([A-Z]+) (\/.*)$/.exec(route.routeKey);
  if (!match?.[1] || !match[2]) throw new Error(`"${route.routeKey}" is no route key of an HTTP API.`);
  const segments = match[2].split('/').slice(1);
  return { route, method: match[1], segments, greedy: segments.at(-1)?.endsWith('+}') ?? false };
}

const isParameter = (segment: string): boolean => segment.startsWith('{');

/**
 * API Gateway takes the most specific route: full matches before greedy ones, a literal segment before a parameter, a
 * longer greedy route before a shorter one, and a named method before ANY.
 */
function bySpecificity<Target>(left: Compiled<Target>, right: Compiled<Target>): number {
  if (left.greedy !== right.greedy) return left.greedy ? 1 : -1;
  for (const [index, segment] of left.segments.entries()) {
    const other = right.segments[index];
    if (other === undefined) return -1;
    if (isParameter(segment) !== isParameter(other)) return isParameter(segment) ? 1 : -1;
  }
  if (left.segments.length !== right.segments.length) return right.segments.length - left.segments.length;
  return Number(left.method === 'ANY') - Number(right.method === 'ANY');
}

/** `%2F` stays inside its segment; a percent sign that starts no valid sequence stays what it is. */
export function decodeSegment(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}

function parametersOf<Target>(
  { segments, greedy }: Compiled<Target>,
  path: readonly string[],
): Record<string, string> | undefined {
  if (greedy ? path.length < segments.length : path.length !== segments.length) return undefined;
  const parameters: Record<string, string> = {};
  for (const [index, segment] of segments.entries()) {
    const value = path[index] ?? '';
    if (segment.endsWith('+}')) {
      const rest = path.slice(index).map(decodeSegment).join('/');
      // `/pets/` is all of what `/pets/{proxy+}` catches where nothing follows; `/` alone is not what `/{proxy+}` catches.
      if (rest === '' && index === 0) return undefined;
      parameters[segment.slice(1, -2)] = rest;
    } else if (isParameter(segment)) {
      if (value === '') return undefined;
      parameters[segment.slice(1, -1)] = decodeSegment(value);
    } else if (segment !== decodeSegment(value)) return undefined;
  }
  return parameters;
}

/** @throws Error for a route key that API Gateway would not take. */
export function createRouter<Target>(routes: readonly Route<Target>[]): Router<Target> {
  const fallback = routes.find(({ routeKey }) => routeKey === '$default');
  const compiled = routes
    .filter((route) => route !== fallback)
    .map(compile)
    .sort(bySpecificity);
  return (method, path) => {
    const segments = path.split('/').slice(1);
    for (const candidate of compiled) {
      if (candidate.method !== method && candidate.method !== 'ANY') continue;
      const parameters = parametersOf(candidate, segments);
      if (!parameters) continue;
      return { route: candidate.route, ...(Object.keys(parameters).length > 0 && { pathParameters: parameters }) };
    }
    return fallback && { route: fallback };
  };
}
