/** The column heading of a run: colour, link, remove button, and error. */
import { Anchor, Button, CloseButton, Group, Table, Text } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { ApiError } from "../../api/client.ts";
import type { Run } from "./run.ts";

export function RunHead({ run, onRemove }: { run: Run; onRemove: (jobId: string) => void }) {
  const { jobId, name, colour, query } = run;
  return (
    <Table.Th scope="col" style={{ verticalAlign: "top" }}>
      <Group gap={6} wrap="nowrap">
        <span className="swatch" style={{ background: `var(--page-${colour})` }} />
        <Anchor
          size="sm"
          title={jobId}
          renderRoot={(props) => <Link to="/backtests/$jobId" params={{ jobId }} {...props} />}
        >
          {name}
        </Anchor>
        <CloseButton size="sm" aria-label={`Remove ${name}`} onClick={() => onRemove(jobId)} />
      </Group>
      {query.error !== null && <ReadError error={query.error} query={query} />}
    </Table.Th>
  );
}

function ReadError({ error, query }: { error: Error; query: Run["query"] }) {
  return (
    <div role="alert" style={{ maxWidth: 220 }}>
      <Text size="xs" c="var(--page-loss)" className="unbroken">
        {error.message}
        {error instanceof ApiError && ` (${error.code})`}
      </Text>
      <Button
        size="compact-xs"
        variant="default"
        mt={4}
        loading={query.isFetching}
        onClick={() => void query.refetch()}
      >
        Try again
      </Button>
    </div>
  );
}
