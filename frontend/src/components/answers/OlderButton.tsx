/** Fetches the next page of a list, if there is one. */
import { Button } from "@mantine/core";
import type { PagesResult } from "../../api/queries/pages.ts";

export function OlderButton<Item>({ list }: { list: PagesResult<Item> }) {
  if (!list.hasNextPage) return null;
  return (
    <Button
      variant="default"
      mt="md"
      loading={list.isFetchingNextPage}
      onClick={() => void list.fetchNextPage()}
    >
      Show older
    </Button>
  );
}
