/** The data of the service. */

import { Stack, Text } from "@mantine/core";
import { useDataMode } from "../../api/queries/useSystemHealth.ts";
import { count } from "../../format/figures.ts";
import { survivorshipText } from "../../format/provenance.ts";
import type { DataModeReport } from "../../types/systemHealth.ts";
import { Answer } from "../answers/Answer.tsx";
import { Facts } from "../answers/Facts.tsx";
import { Panel } from "../answers/Panel.tsx";
import { type Status, VerdictMark } from "./Verdict.tsx";

const MODES: Readonly<Record<DataModeReport["mode"], string>> = {
  demo: "Demo: ends in the past, not for investment",
  live: "Live",
};

const SOURCES: Readonly<Record<DataModeReport["source"], string>> = {
  demo: "Included with the service",
  files: "Your own files",
};

const FRESHNESS: Readonly<Record<DataModeReport["status"], readonly [Status, string]>> = {
  fresh: ["ok", "Fresh"],
  stale: ["degraded", "Stale"],
};

export function DataPanel() {
  return (
    <Panel title="Data">
      <Answer query={useDataMode()} title="The data could not be read">
        {(data) => <Data data={data} />}
      </Answer>
    </Panel>
  );
}

function Data({ data }: { data: DataModeReport }) {
  const { mode, source, status, tickers, first_date, last_date, fallbacks } = data;
  const [verdict, word] = FRESHNESS[status];
  return (
    <Stack gap="sm">
      <Facts
        facts={[
          { name: "Mode", value: MODES[mode] },
          { name: "Source", value: SOURCES[source] },
          {
            name: "Age",
            value: (
              <span className="marked">
                <VerdictMark status={verdict} size={14} /> {word}
              </span>
            ),
          },
          { name: "From", value: first_date },
          { name: "To", value: last_date },
          { name: "Survivorship", value: survivorshipText(data.survivorship_biased) },
          { name: "Names", value: count(tickers.length) },
        ]}
      />
      {fallbacks.map((fallback) => (
        <Text size="sm" key={fallback}>
          Fallback: {fallback}
        </Text>
      ))}
      <details className="details">
        <summary>All names</summary>
        <Text size="sm" className="figures">
          {tickers.join(" ")}
        </Text>
      </details>
    </Stack>
  );
}
