/** The head of a run's column: its colour and page, a way to leave it out, and why it could not be read. */
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
      {query.error !== null && <Unread error={query.error} query={query} />}
    </Table.Th>
  );
}

function Unread({ error, query }: { error: Error; query: Run["query"] }) {
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
