/** The details of one model version: scores, parameters, folds and fingerprints. */
import { Anchor, Code, Group, Stack, Text } from "@mantine/core";
import { Link, useNavigate } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { useDeleteModel, useModel } from "../../api/queries/useModels.ts";
import { count, moment } from "../../format/figures.ts";
import { dataText, survivorshipText } from "../../format/provenance.ts";
import type { ModelManifest } from "../../types/models.ts";
import { Answer } from "../answers/Answer.tsx";
import { DeleteButton } from "../answers/DeleteButton.tsx";
import { type Fact, Facts, parameterFacts } from "../answers/Facts.tsx";
import { Panel } from "../answers/Panel.tsx";
import { parametersOfType } from "../jobs/parameters.ts";
import { FoldsTable } from "./FoldsTable.tsx";
import { HorizonScores } from "./HorizonScores.tsx";

export function VersionDetails({ version }: { version: string }) {
  const query = useModel(version);
  return (
    <Panel
      title={`Version ${version}`}
      aside={
        query.data !== undefined && (
          <Group gap="sm">
            <TrainAgain version={version} />
            <DeleteVersion version={version} />
          </Group>
        )
      }
    >
      <Answer query={query} title="This version could not be read" height={320}>
        {(manifest) => <Details manifest={manifest} />}
      </Answer>
    </Panel>
  );
}

function DeleteVersion({ version }: { version: string }) {
  const navigate = useNavigate();
  const deletion = useDeleteModel();
  return (
    <DeleteButton
      what={version}
      consequence="Its models and predictions are deleted."
      isPending={deletion.isPending}
      error={deletion.error}
      onDelete={() => deletion.mutate(version)}
      deleted={deletion.data === undefined ? null : `${deletion.data.version} was deleted.`}
      onClosed={() => void navigate({ to: "/models" })}
    />
  );
}

function TrainAgain({ version }: { version: string }) {
  return (
    <Anchor
      size="sm"
      renderRoot={(props) => <Link to="/models" search={{ tab: "training", version }} {...props} />}
    >
      Train again with changes
    </Anchor>
  );
}

function Details({ manifest }: { manifest: ModelManifest }) {
  const { scores, folds, features, tickers, libraries } = manifest;
  return (
    <Stack gap="xl">
      <Facts facts={summaryFacts(manifest)} />
      {scores.length === 0 && <Text size="sm">There are no predictions out of sample.</Text>}
      {scores.map((score) => (
        <HorizonScores key={score.horizon} score={score} />
      ))}
      <Stack gap="xs">
        <Section title="Parameters">
          <Facts lines facts={parameterFacts(parametersOfType("train", manifest.params))} />
        </Section>
        <Section title={`${count(tickers.length)} names, ${count(features.length)} features`}>
          <Facts
            lines
            facts={[
              { name: "Names", value: tickers.join(" ") },
              { name: "Features", value: features.join(", ") },
            ]}
          />
        </Section>
        <Section title={`${count(folds.length)} folds`}>
          <FoldsTable folds={folds} />
        </Section>
        <Section title="Fingerprints and libraries">
          <Facts lines facts={[...fingerprintFacts(manifest), ...libraryFacts(libraries)]} />
        </Section>
      </Stack>
    </Stack>
  );
}

function Section({ title, children }: { title: string; children: ReactNode }) {
  return (
    <details className="details">
      <summary>{title}</summary>
      {children}
    </details>
  );
}

function summaryFacts(manifest: ModelManifest): Fact[] {
  const { trained_at, horizons, feature_mode, data_source, data_mode } = manifest;
  const { first_date, last_date, seed, survivorship_biased } = manifest;
  return [
    { name: "Trained", value: moment(trained_at) },
    { name: "Horizons", value: `${horizons.join(", ")} trading days` },
    { name: "Feature set", value: feature_mode },
    { name: "Data", value: dataText({ data_source, data_mode }) },
    { name: "Predicted from", value: first_date },
    { name: "Predicted to", value: last_date },
    { name: "Seed", value: String(seed) },
    { name: "Survivorship", value: survivorshipText(survivorship_biased) },
  ];
}

function fingerprintFacts(manifest: ModelManifest): Fact[] {
  const { data_fingerprint, prediction_fingerprint, predictions } = manifest;
  return [
    { name: "Data", value: <Hash value={data_fingerprint} /> },
    { name: "Predictions", value: <Hash value={prediction_fingerprint} /> },
    { name: "Predictions file", value: predictions.name },
    { name: "Its SHA-256", value: <Hash value={predictions.sha256} /> },
  ];
}

function libraryFacts(libraries: ModelManifest["libraries"]): Fact[] {
  return Object.entries(libraries).map(([name, value]) => ({ name, value }));
}

function Hash({ value }: { value: string }) {
  return <Code>{value}</Code>;
}
