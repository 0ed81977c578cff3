/** The state of a query: a placeholder, the data, or an error above the last data that was read, greyed out. */
import { Button, Skeleton, Stack, Text } from "@mantine/core";
import type { UseQueryResult } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { clock } from "../../format/figures.ts";
import { ErrorNotice } from "./ErrorNotice.tsx";

/** The members of a query that are used here, for single answers and for pages. */
type Query<Data> = Pick<
  UseQueryResult<Data>,
  "data" | "error" | "dataUpdatedAt" | "isFetching" | "refetch"
>;

interface Props<Data> {
  query: Query<Data>;
  /** Title of the error: what could not be read. */
  title: string;
  /** Height of the placeholder in pixels. */
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
        <section className="last-good" aria-disabled="true" aria-label="Last value read">
          <Text size="xs" mb="xs">
            Last read {clock(new Date(query.dataUpdatedAt).toISOString())}; it may be out of date
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
