import type { ComponentChildren } from 'preact';
import type { Listed } from './load.ts';
import { Failed, Note, Waiting } from './parts.tsx';

/** A list with all that it can be: waiting, broken, empty, or with more behind it. */
export function List<T>({
  list,
  empty,
  noun,
  children,
}: {
  list: Listed<T>;
  empty: ComponentChildren;
  noun: string;
  children: (items: readonly T[]) => ComponentChildren;
}) {
  const { items, error, loading, more, next, reload } = list;
  const none = items.length === 0;
  return (
    <>
      {!none && children(items)}
      {loading && <Waiting rows={none ? 8 : 2} label={`Loading ${noun}`} />}
      {error && <Failed error={error} retry={none ? reload : next} />}
      {none && !loading && !error && !more && empty}
      {none && !loading && !error && more && (
        <Note title={`No ${noun} so far`}>
          Nothing matches among the latest; older ones have not been looked at yet.
        </Note>
      )}
      {!none && !loading && (
        <p class="soft count" role="status">
          {items.length} {noun}
          {more ? ' shown' : ', that is all'}
        </p>
      )}
      {more && !loading && (
        <button type="button" class="quiet wide" onClick={next}>
          {none ? 'Look further back' : `Older ${noun}`}
        </button>
      )}
    </>
  );
}
