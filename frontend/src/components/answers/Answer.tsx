/** What a query answered: a placeholder before, an error in words, and then the last good value greyed. */
import { Button, Skeleton, Stack, Text } from "@mantine/core";
import type { UseQueryResult } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { clock } from "../../format/figures.ts";
import { ErrorNotice } from "./ErrorNotice.tsx";

/** What is used of a query, whether its answer is one thing or pages. */
type Query<Data> = Pick<
  UseQueryResult<Data>,
  "data" | "error" | "dataUpdatedAt" | "isFetching" | "refetch"
>;

interface Props<Data> {
  query: Query<Data>;
  /** Of the notice: what could not be read. */
  title: string;
  /** Of the placeholder, in pixels. */
  height?: number;
  children: (data: Data) => ReactNode;
}

export function Answer<Data>({ query, title, height = 160, children }: Props<Data>) {
  const { data, error } = query;
  if (error === null) return data === undefined ? <Skeleton h={height} /> : children(data);
  return (
    <Stack gap="md">
      <ErrorNotice error={error} title={title} action={<Retry query={query} />} />
      {data !== undefined && (
        <section className="last-good" aria-disabled="true" aria-label="The last good value">
          <Text size="xs" mb="xs">
            As it was {clock(new Date(query.dataUpdatedAt).toISOString())}, the last time that it
            could be read
          </Text>
          {children(data)}
        </section>
      )}
    </Stack>
  );
}

function Retry<Data>({ query }: { query: Query<Data> }) {
  return (
    <Button
      size="compact-sm"
      variant="default"
      loading={query.isFetching}
      onClick={() => void query.refetch()}
    >
      Try again
    </Button>
  );
}
