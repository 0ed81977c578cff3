/** A gain or a loss, with a sign and a colour. */
import { Text } from "@mantine/core";
import type { Format } from "../../format/figures.ts";

function colourOf(value: number): string {
  if (value === 0) return "inherit";
  return value < 0 ? "var(--page-loss)" : "var(--page-gain)";
}

export function Gain<N extends number>({ value, format }: { value: N; format: Format<N> }) {
  const sign = value > 0 ? "+" : "";
  return (
    <Text inherit span c={colourOf(value)}>
      {sign}
      {format(value)}
    </Text>
  );
}
