import { hashKey, useQueries, useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import type { DataTableProps, LoadedPage } from './types';

export const pageRows = 100;

/** The known pages. The cursor of a page comes from the page before it. */
interface Chain {
  readonly hash: string;
  /** `cursors[0]` is the first page. */
  readonly cursors: readonly string[];
  /** The number of rows on the last page; null until the end is known. */
  readonly tail: number | null;
}

export interface Pages<Row> {
  /** The number of rows to reserve space for: the known ones, plus skeletons if more follow. */
  readonly length: number;
  /** True once the end is known. */
  readonly complete: boolean;
  rowAt(index: number): Row | undefined;
  /** The rows of the visible pages. */
  readonly inView: readonly Row[];
  /** The rows between two indexes. Rows that are no longer in memory are loaded again. */
  between(from: number, to: number): Promise<readonly Row[]>;
  /** The error of a visible page; null if none failed. */
  readonly error: unknown;
  retry(): void;
}

type Source<Row> = Pick<DataTableProps<Row>, 'load' | 'queryKey' | 'sort'>;

/**
 * Keyset pages as one long list. Only visible pages stay in memory, for one minute longer than they are visible. Of all
 * other pages only the cursor is kept, so that an operator can scroll through a million rows.
 */
export function usePages<Row>(
  { load, queryKey, sort }: Source<Row>,
  view: { readonly from: number; readonly to: number },
): Pages<Row> {
  const client = useQueryClient();
  const base = [...queryKey, 'rows', sort];
  const hash = hashKey(base);
  const [stored, setChain] = useState<Chain>({ hash, cursors: [''], tail: null });
  const chain = stored.hash === hash ? stored : { hash, cursors: [''], tail: null };

  const query = (cursor: string) => ({
    queryKey: [...base, cursor],
    queryFn: ({ signal }: { signal: AbortSignal }): Promise<LoadedPage<Row>> =>
      load({ ...(cursor === '' ? {} : { after: cursor }), limit: pageRows, sort, signal }),
    staleTime: 30_000,
    gcTime: 60_000,
  });

  const last = chain.cursors.length - 1;
  const first = Math.min(last, Math.floor(view.from / pageRows));
  const until = Math.min(last, Math.floor(Math.max(view.from, view.to) / pageRows));
  const cursors = chain.cursors.slice(first, until + 1);
  const results = useQueries({ queries: cursors.map(query) });

  let grown: Chain = chain;
  for (const [at, result] of results.entries()) if (result.data) grown = follow(grown, first + at, result.data);
  useEffect(() => {
    if (grown !== stored) setChain(grown);
  }, [grown, stored]);

  const known =
    grown.tail === null ? (grown.cursors.length - 1) * pageRows : (grown.cursors.length - 1) * pageRows + grown.tail;
  const failed = results.find((result) => result.isError && !result.data);
  return {
    length: grown.tail === null ? known + (failed ? 0 : 40) : known,
    complete: grown.tail !== null,
    rowAt: (index) => results[Math.floor(index / pageRows) - first]?.data?.rows[index % pageRows],
    inView: results.flatMap((result) => result.data?.rows ?? []),
    error: failed?.error ?? null,
    retry: () => results.forEach((result) => void (result.isError ? result.refetch() : undefined)),
    between: async (from, to) => {
      const rows: Row[] = [];
      for (let page = Math.floor(from / pageRows); page <= Math.floor(to / pageRows); page += 1) {
        const cursor = grown.cursors[page];
        if (cursor === undefined) break;
        const loaded = await client.ensureQueryData(query(cursor));
        rows.push(...loaded.rows.slice(Math.max(0, from - page * pageRows), to - page * pageRows + 1));
      }
      return rows;
    },
  };
}

/** The chain after a page was loaded. If nothing new is known, it returns the same object. */
function follow<Row>(chain: Chain, page: number, loaded: LoadedPage<Row>): Chain {
  if (loaded.next === null) {
    if (chain.tail === loaded.rows.length && chain.cursors.length === page + 1) return chain;
    return { hash: chain.hash, cursors: chain.cursors.slice(0, page + 1), tail: loaded.rows.length };
  }
  if (chain.cursors[page + 1] === loaded.next) return chain;
  const cursors = [...chain.cursors];
  cursors[page + 1] = loaded.next;
  return { hash: chain.hash, cursors, tail: cursors.length === page + 2 ? null : chain.tail };
}
