/** Lists that come in pages, newest first. */
import {
  type InfiniteData,
  type QueryKey,
  type UseInfiniteQueryResult,
  useInfiniteQuery,
} from "@tanstack/react-query";

export interface Page<Item> {
  items: Item[];
  next_cursor: string | null;
}

export type Pages<Item> = InfiniteData<Page<Item>, string | null>;

/** What is said of the page to fetch: where it begins, and when nobody wants it any more. */
export interface Asked {
  query: { cursor: string | null };
  signal: AbortSignal;
}

export type PagesResult<Item> = UseInfiniteQueryResult<Item[]>;

/** All items of the pages that were fetched so far. */
export function usePages<Item>(
  queryKey: QueryKey,
  fetchPage: (asked: Asked) => Promise<Page<Item>>,
): PagesResult<Item> {
  return useInfiniteQuery<Page<Item>, Error, Item[], QueryKey, string | null>({
    queryKey,
    queryFn: ({ pageParam, signal }) => fetchPage({ query: { cursor: pageParam }, signal }),
    initialPageParam: null,
    getNextPageParam: ({ next_cursor }) => next_cursor,
    select: allItems,
  });
}

function allItems<Item>({ pages }: Pages<Item>): Item[] {
  return pages.flatMap(({ items }) => items);
}
