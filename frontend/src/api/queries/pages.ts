/** Paginated lists, newest first. */
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

/** The options for fetching one page. */
export interface PageRequest {
  query: { cursor: string | null };
  signal: AbortSignal;
}

export type PagesResult<Item> = UseInfiniteQueryResult<Item[]>;

/** The items of all pages fetched so far. */
export function usePages<Item>(
  queryKey: QueryKey,
  fetchPage: (request: PageRequest) => Promise<Page<Item>>,
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
