/** Model versions, newest first, with their out-of-sample scores. */
import { Table, Text } from "@mantine/core";
import { useDataMode } from "../../api/queries/useSystemHealth.ts";
import { ageAtLastBar, ageNow } from "../../format/derived.ts";
import { coefficient, count, days, moment, percent, ratio } from "../../format/figures.ts";
import { dataText } from "../../format/provenance.ts";
import { useNow } from "../../hooks/useNow.ts";
import type { ModelManifest } from "../../types/models.ts";
import { VersionLink } from "./VersionLink.tsx";

const FIGURES = ["Horizon", "Rank IC", "t", "Hit rate", "Predictions", "Folds"] as const;

interface Props {
  versions: readonly ModelManifest[];
  chosen: string | undefined;
}

export function VersionsTable({ versions, chosen }: Props) {
  return (
    <Table.ScrollContainer minWidth={940} maxHeight={420}>
      <Table className="figures" verticalSpacing={6} stickyHeader>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>Version</Table.Th>
            <Table.Th>Trained</Table.Th>
            <Table.Th>Features</Table.Th>
            <Table.Th>Data</Table.Th>
            {FIGURES.map((name) => (
              <Table.Th key={name} ta="right">
                {name}
              </Table.Th>
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {versions.map((manifest) => (
            <VersionRows
              key={manifest.version}
              manifest={manifest}
              chosen={manifest.version === chosen}
            />
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}

/** One row per horizon of the version. */
function VersionRows({ manifest, chosen }: { manifest: ModelManifest; chosen: boolean }) {
  const { version, trained_at, horizons, feature_mode, features, scores } = manifest;
  const rowSpan = horizons.length;
  return horizons.map((horizon, index) => (
    <Table.Tr key={horizon} {...(chosen ? { bg: "var(--page-background)" } : {})}>
      {index === 0 && (
        <>
          <Table.Th scope="row" rowSpan={rowSpan} fw={400}>
            <VersionLink version={version} chosen={chosen} />
          </Table.Th>
          <Table.Td rowSpan={rowSpan}>
            {moment(trained_at)}
            <Text size="xs" c="dimmed">
              <Age manifest={manifest} />
            </Text>
          </Table.Td>
          <Table.Td rowSpan={rowSpan}>
            {feature_mode}, {features.length}
          </Table.Td>
          <Table.Td rowSpan={rowSpan}>
            <DataCell manifest={manifest} />
          </Table.Td>
        </>
      )}
      <ScoreCells horizon={horizon} scores={scores} />
    </Table.Tr>
  ));
}

function DataCell({ manifest }: { manifest: ModelManifest }) {
  const { tickers, data_mode, data_source, first_date, last_date } = manifest;
  return (
    <>
      {count(tickers.length)} names, {dataText({ data_source, data_mode })}
      <Text size="xs" c="dimmed">
        {first_date} to {last_date}
      </Text>
    </>
  );
}

function ScoreCells(props: { horizon: number; scores: ModelManifest["scores"] }) {
  const score = props.scores.find(({ horizon }) => horizon === props.horizon);
  const cells =
    score === undefined
      ? ["–", "–", "–", "–", "–"]
      : [
          coefficient(score.rank_ic),
          ratio(score.rank_ic_t),
          percent(score.hit_rate),
          count(score.n_predictions),
          count(score.n_folds),
        ];
  return [`${props.horizon} d`, ...cells].map((text, index) => (
    <Table.Td key={FIGURES[index]} ta="right">
      {text}
    </Table.Td>
  ));
}

/** As the service counts it: to the last bar on demo data, to now on live data. */
function Age({ manifest }: { manifest: ModelManifest }) {
  const { data } = useDataMode();
  const now = useNow(false);
  switch (manifest.data_mode) {
    case "live":
      return `${days(ageNow(manifest, now))} old`;
    case "demo":
      return data === undefined
        ? null
        : `${days(ageAtLastBar(manifest, data))} old at the last bar`;
  }
}
