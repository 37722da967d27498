import type { ComponentType } from 'preact';
import { useEffect, useState } from 'preact/hooks';

interface Props<P> {
  readonly load: () => Promise<ComponentType<P>>;
  readonly props: P;
}

/** A screen whose script is loaded when it is wanted. */
export function Later<P extends object>({ load, props }: Props<P>) {
  const [loaded, setLoaded] = useState<{ readonly Screen: ComponentType<P> }>();
  useEffect(() => {
    load().then((Screen) => setLoaded({ Screen }));
  }, [load]);
  return loaded ? <loaded.Screen {...props} /> : null;
}
