/** A table of predictions, sorted by any column and filtered by name. */
import { Stack, Table, Text, TextInput, UnstyledButton } from "@mantine/core";
import { memo, useMemo, useState } from "react";
import { disagrees, ofLargest } from "../../format/derived.ts";
import { count, finePercent, ratio, signedPercent } from "../../format/figures.ts";
import type { Signal } from "../../types/signals.ts";
import { BY_RANK, ordered, reordered, type SignalOrder } from "./signalOrder.ts";

interface Column {
  name: keyof Signal;
  heading: string;
  align: "left" | "right";
}

const COLUMNS: readonly Column[] = [
  { name: "rank", heading: "Rank", align: "right" },
  { name: "ticker", heading: "Name", align: "left" },
  { name: "predicted_return", heading: "Predicted", align: "right" },
  { name: "z_score", heading: "z-score", align: "right" },
  { name: "disagreement", heading: "Disagreement", align: "right" },
];

/** From this z-score on, a prediction is marked as unusual. */
const UNUSUAL = 2;

/** Up to this many names, the table has no filter. */
const FEW = 20;

export function SignalsTable({ signals }: { signals: readonly Signal[] }) {
  const [order, setOrder] = useState<SignalOrder>(BY_RANK);
  const [filter, setFilter] = useState("");
  const shown = useMemo(() => {
    const part = filter.trim().toUpperCase();
    return ordered(
      signals.filter(({ ticker }) => ticker.includes(part)),
      order,
    );
  }, [signals, order, filter]);
  const shareOf = useMemo(
    () => ofLargest(signals.map(({ predicted_return }) => predicted_return)),
    [signals],
  );
  return (
    <Stack gap="sm">
      {signals.length > FEW && (
        <TextInput
          label="Find a name"
          value={filter}
          onChange={(event) => setFilter(event.currentTarget.value)}
          maw={220}
        />
      )}
      <Table.ScrollContainer minWidth={620} maxHeight={640}>
        <Table className="figures" verticalSpacing={4} stickyHeader>
          <Headings order={order} onSort={(by) => setOrder(reordered(order, by))} />
          <Table.Tbody>
            {shown.map((signal) => (
              <SignalRow key={signal.ticker} signal={signal} shareOf={shareOf} />
            ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
      <Text size="xs" c="dimmed" role="status">
        {shown.length === signals.length
          ? ""
          : `${count(shown.length)} of ${count(signals.length)} names`}
      </Text>
    </Stack>
  );
}

interface HeadingsProps {
  order: SignalOrder;
  onSort: (by: keyof Signal) => void;
}

function Headings({ order, onSort }: HeadingsProps) {
  const direction = order.descending ? "descending" : "ascending";
  return (
    <Table.Thead>
      <Table.Tr>
        {COLUMNS.map(({ name, heading, align }) => (
          <Table.Th
            key={name}
            ta={align}
            {...(order.by === name ? { "aria-sort": direction } : {})}
          >
            <UnstyledButton className="sort" onClick={() => onSort(name)}>
              {heading}
              <span className="sort-arrow" data-active={order.by === name} aria-hidden="true">
                {order.by === name && order.descending ? "▼" : "▲"}
              </span>
            </UnstyledButton>
          </Table.Th>
        ))}
        <Table.Th>Direction</Table.Th>
        <Table.Th>Note</Table.Th>
      </Table.Tr>
    </Table.Thead>
  );
}

interface RowProps {
  signal: Signal;
  shareOf: (value: Signal["predicted_return"]) => number;
}

const SignalRow = memo(function SignalRow({ signal, shareOf }: RowProps) {
  const { rank, ticker, predicted_return, z_score, disagreement } = signal;
  return (
    <Table.Tr>
      <Table.Td ta="right">{rank}</Table.Td>
      <Table.Th scope="row" fw={600}>
        {ticker}
      </Table.Th>
      <Table.Td ta="right">{signedPercent(predicted_return)}</Table.Td>
      <Table.Td ta="right">{ratio(z_score)}</Table.Td>
      <Table.Td ta="right">{finePercent(disagreement)}</Table.Td>
      <Table.Td>
        <Lean share={shareOf(predicted_return)} />
      </Table.Td>
      <Table.Td>
        <Text size="xs">{reading(signal)}</Text>
      </Table.Td>
    </Table.Tr>
  );
});

/** A bar from the middle, to the right for a rise. Hidden from screen readers: the figure is beside it. */
function Lean({ share }: { share: number }) {
  return (
    <span className="lean" aria-hidden="true">
      <span data-sign={share < 0 ? "down" : "up"} style={{ width: `${Math.abs(share) * 50}%` }} />
    </span>
  );
}

function reading(signal: Signal): string {
  const { z_score } = signal;
  const words = [];
  if (z_score !== null && z_score >= UNUSUAL) words.push("unusually high");
  if (z_score !== null && z_score <= -UNUSUAL) words.push("unusually low");
  if (disagrees(signal)) words.push("members disagree");
  return words.join(", ");
}
