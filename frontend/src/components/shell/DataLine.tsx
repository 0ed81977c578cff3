/** The data of the service in one line. */
import { Text } from "@mantine/core";
import { useDataMode } from "../../api/queries/useSystemHealth.ts";
import type { DataModeReport } from "../../types/systemHealth.ts";

export function DataLine() {
  const { data } = useDataMode();
  return data === undefined ? null : (
    <Text size="xs" c="dimmed">
      {described(data)}
    </Text>
  );
}

function described(data: DataModeReport): string {
  const { source, status, tickers, first_date, last_date, survivorship_biased, fallbacks } = data;
  return [
    `Data: ${source}, ${status}, ${tickers.length} names, ${first_date} to ${last_date}`,
    ...(survivorship_biased ? ["survivorship-biased"] : []),
    ...fallbacks,
  ].join("; ");
}
