/** The inputs and parameters of a result, in enough detail to reproduce it. */
import { Badge, Code, Grid, Stack, Table, Text } from "@mantine/core";
import type { ReactNode } from "react";
import { count } from "../../format/figures.ts";
import { dataText, survivorshipText } from "../../format/provenance.ts";
import type { BacktestReport } from "../../types/backtests.ts";
import { Panel } from "../answers/Panel.tsx";
import { JobAnchor } from "../jobs/JobLink.tsx";
import { type Parameter, parametersOfType } from "../jobs/parameters.ts";
import { VersionLink } from "../models/VersionLink.tsx";

export function ProvenancePanel({ report }: { report: BacktestReport }) {
  return (
    <Panel title="Provenance">
      <Grid gap="xl">
        <Grid.Col span={{ base: 12, md: 6 }}>
          <Text size="sm" fw={600}>
            Inputs
          </Text>
          <Facts facts={factsOf(report)} />
        </Grid.Col>
        <Grid.Col span={{ base: 12, md: 6 }}>
          <Text size="sm" fw={600}>
            Parameters
          </Text>
          <Facts facts={parametersOfType("backtest", report.params).map(parameterFact)} />
        </Grid.Col>
      </Grid>
    </Panel>
  );
}

type Fact = readonly [name: string, value: ReactNode, meaning?: string];

function Facts({ facts }: { facts: readonly Fact[] }) {
  return (
    <Table className="figures" verticalSpacing={6}>
      <Table.Tbody>
        {facts.map(([name, value, meaning]) => (
          <Table.Tr key={name}>
            <Table.Th scope="row" fw="normal" c="dimmed" w="34%" title={meaning}>
              {name}
            </Table.Th>
            <Table.Td className="unbroken">{value}</Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}

function parameterFact({ label, value, description, changed }: Parameter): Fact {
  const shown = changed ? (
    <>
      <strong>{value}</strong>{" "}
      <Badge size="xs" variant="default">
        not the default
      </Badge>
    </>
  ) : (
    value
  );
  return [label, shown, description];
}

function factsOf({ provenance, tickers, dates, first_date, last_date, job_id }: BacktestReport) {
  const { model_version, data_fingerprint, code_version, seed } = provenance;
  const facts: Fact[] = [
    ["Model version", <VersionLink key="version" version={model_version} />],
    ["Data", dataText(provenance)],
    ["Data fingerprint", <Code key="fingerprint">{data_fingerprint}</Code>],
    ["Range", `${first_date} to ${last_date}; sessions: ${count(dates.length)}`],
    ["Names", <Names key="names" tickers={tickers} />],
    ["Survivorship", survivorshipText(provenance.survivorship_biased)],
    ["Code version", code_version],
    ["Seed", String(seed)],
    [
      "Job",
      <JobAnchor key="job" jobId={job_id}>
        {job_id}
      </JobAnchor>,
    ],
  ];
  return facts;
}

function Names({ tickers }: { tickers: readonly string[] }) {
  const [few, rest] = [tickers.slice(0, 12), tickers.slice(12)];
  return (
    <Stack gap={2}>
      <span>
        {tickers.length}: {few.join(" ")}
      </span>
      {rest.length > 0 && (
        <details>
          <summary>{rest.length} more</summary>
          {rest.join(" ")}
        </details>
      )}
    </Stack>
  );
}
