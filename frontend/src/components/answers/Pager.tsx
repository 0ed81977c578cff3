/** Buttons to the pages of a long table. */
import { Button, Group, Text } from "@mantine/core";
import { count } from "../../format/figures.ts";

interface Props {
  /** What the rows are, for screen readers. */
  label: string;
  /** Index of the first row shown, from 0. */
  first: number;
  /** Rows per page. */
  size: number;
  total: number;
  /** Whether the service has more rows, which `onTurn` fetches. */
  hasMore?: boolean;
  busy?: boolean;
  onTurn: (first: number) => void;
}

export function Pager(props: Props) {
  const { label, first, size, total, hasMore = false, busy = false, onTurn } = props;
  if (total <= size && !hasMore) return null;
  const last = Math.floor((total - 1) / size) * size;
  const turns = [
    ["First", 0, first > 0],
    ["Previous", first - size, first > 0],
    ["Next", first + size, first < last || hasMore],
    ["Last", last, first < last],
  ] as const;
  return (
    <Group justify="space-between" mt="sm" component="nav" aria-label={`Pages of ${label}`}>
      <Text size="sm" c="dimmed" className="figures" role="status">
        {count(first + 1)} to {count(Math.min(first + size, total))} of{" "}
        {hasMore ? `more than ${count(total)}` : count(total)}
      </Text>
      <Group gap="xs">
        {turns.map(([name, to, works]) => (
          <Button
            key={name}
            size="compact-sm"
            variant="default"
            disabled={!works || busy}
            onClick={() => onTurn(to)}
          >
            {name}
          </Button>
        ))}
      </Group>
    </Group>
  );
}
