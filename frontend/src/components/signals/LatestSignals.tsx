/** The latest predictions: ranking, parameters and inputs. */
import { Code, Stack, Text } from "@mantine/core";
import { useLatestSignals } from "../../api/queries/useSignals.ts";
import { count } from "../../format/figures.ts";
import { dataText, survivorshipText } from "../../format/provenance.ts";
import type { SignalsReport } from "../../types/signals.ts";
import { Answer } from "../answers/Answer.tsx";
import { Empty } from "../answers/Empty.tsx";
import { type Fact, Facts, parameterFacts } from "../answers/Facts.tsx";
import { JobAnchor } from "../jobs/JobLink.tsx";
import { parametersOfType } from "../jobs/parameters.ts";
import { VersionLink } from "../models/VersionLink.tsx";
import { SignalsTable } from "./SignalsTable.tsx";

export function LatestSignals() {
  return (
    <Answer query={useLatestSignals()} title="The predictions could not be read" height={320}>
      {(report) =>
        report === null ? (
          <Empty what="No predictions yet">
            Train a model in the model lab, then submit a prediction here.
          </Empty>
        ) : (
          <Report report={report} />
        )
      }
    </Answer>
  );
}

function Report({ report }: { report: SignalsReport }) {
  return (
    <Stack gap="md">
      <Text size="sm">{summary(report)}</Text>
      <SignalsTable signals={report.signals} />
      <Text size="xs" c="dimmed">
        The z-score compares a prediction with the name's own predictions over the past{" "}
        {report.params.years === 1 ? "year" : `${report.params.years} years`}; at 2 or more on
        either side it is unusual. Members disagree where their predictions differ by more than the
        prediction itself.
      </Text>
      <details className="details">
        <summary>Parameters and inputs</summary>
        <Facts
          lines
          facts={[
            ...parameterFacts(parametersOfType("predict", report.params)),
            ...madeFrom(report),
          ]}
        />
      </details>
    </Stack>
  );
}

function summary({ as_of, horizon, signals }: SignalsReport): string {
  const up = signals.filter(({ predicted_return }) => predicted_return > 0).length;
  return (
    `As of ${as_of}, ${count(horizon)} trading days ahead: ${count(signals.length)} names, ` +
    `${count(up)} predicted to rise and ${count(signals.length - up)} not.`
  );
}

function madeFrom({ job_id, provenance }: SignalsReport): Fact[] {
  const { model_version, data_source, data_mode, data_fingerprint } = provenance;
  const { code_version, seed, survivorship_biased } = provenance;
  return [
    { name: "Model", value: <VersionLink version={model_version} /> },
    { name: "Data", value: dataText({ data_source, data_mode }) },
    { name: "Data fingerprint", value: <Code>{data_fingerprint}</Code> },
    { name: "Code", value: code_version },
    { name: "Seed", value: String(seed) },
    { name: "Survivorship", value: survivorshipText(survivorship_biased) },
    { name: "Job", value: <JobAnchor jobId={job_id}>{job_id}</JobAnchor> },
  ];
}
