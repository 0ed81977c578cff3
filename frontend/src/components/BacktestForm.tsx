/** Asks for a backtest, or for the model that it needs, with every field that the contract has. */
import { Button, Group, Paper, SimpleGrid, Stack, Text, Title } from "@mantine/core";
import type { UseFormReturnType } from "@mantine/form";
import { useNavigate } from "@tanstack/react-router";
import { useSubmitBacktest, useSubmitTrain } from "../api/queries/useCompute.ts";
import { useModelAge } from "../api/queries/useSystem.ts";
import { clock, count } from "../figures.ts";
import {
  type BacktestField,
  type BacktestValues,
  FIELDS,
  markErrors,
  markedPaths,
  useBacktestForm,
} from "../hooks/useBacktestForm.ts";
import { BACKTEST_REQUEST_FIELDS, type TrainRequest } from "../types/compute.ts";
import type { ModelAge } from "../types/system.ts";
import { ContractField } from "./ContractField.tsx";
import { ErrorNotice } from "./ErrorNotice.tsx";

interface Section {
  title: string;
  fields: readonly BacktestField[];
}

const SECTIONS: readonly Section[] = [
  { title: "Model and data", fields: ["horizon", "years", "feature_mode", "version"] },
  { title: "Names", fields: ["tickers", "full_universe"] },
];
const PLACED = new Set(SECTIONS.flatMap(({ fields }) => fields));
/** A field that the contract gains appears here without anybody's doing. */
const TRADING: Section = { title: "Trading", fields: FIELDS.filter((name) => !PLACED.has(name)) };

export function BacktestForm() {
  const form = useBacktestForm();
  const navigate = useNavigate();
  const backtest = useSubmitBacktest();
  const train = useSubmitTrain();
  const error = backtest.error ?? train.error;

  const runBacktest = form.onSubmit((values) => {
    train.reset();
    backtest.mutate(values, {
      onSuccess: (job) => void navigate({ to: "/backtests/$jobId", params: { jobId: job.job_id } }),
      onError: (refusal) => markErrors(form, refusal),
    });
  });
  const runTraining = form.onSubmit((values) => {
    backtest.reset();
    train.mutate(trainingFor(values), { onError: (refusal) => markErrors(form, refusal) });
  });

  return (
    <Paper className="surface" p="lg">
      <form onSubmit={runBacktest} noValidate>
        <Stack gap="lg">
          <Title order={1} size="h4">
            New backtest
          </Title>
          {[...SECTIONS, TRADING].map((section) => (
            <FormSection key={section.title} section={section} form={form} />
          ))}
          {error !== null && (
            <ErrorNotice error={error} title="Not accepted" shown={markedPaths(error)} />
          )}
          <ModelHint />
          <Group>
            <Button type="submit" loading={backtest.isPending}>
              Run backtest
            </Button>
            <Button
              variant="default"
              loading={train.isPending}
              onClick={() => runTraining()}
              title="Fits a new model version for this horizon, feature set and these names."
            >
              Train a model
            </Button>
          </Group>
        </Stack>
      </form>
    </Paper>
  );
}

/** The training that this backtest needs. */
function trainingFor(values: BacktestValues): TrainRequest {
  const { horizon, years, feature_mode, tickers, full_universe } = values;
  return { horizons: [horizon], years, feature_mode, tickers, full_universe };
}

function FormSection(props: { section: Section; form: UseFormReturnType<BacktestValues> }) {
  const { section, form } = props;
  const fields = section.fields.map((name) => {
    const input = form.getInputProps(name, {
      type: BACKTEST_REQUEST_FIELDS[name].type === "boolean" ? "checkbox" : "input",
    });
    return (
      <ContractField
        key={name}
        contract={BACKTEST_REQUEST_FIELDS[name]}
        value={form.values[name]}
        input={name === "tickers" ? { ...input, onChange: setTickers(form) } : input}
        {...(name === "tickers" ? { placeholder: "The core list" } : {})}
      />
    );
  });
  return (
    <Stack gap="sm">
      <Text size="xs" fw={600} tt="uppercase" c="dimmed" lts="0.05em">
        {section.title}
      </Text>
      <SimpleGrid cols={{ base: 1, xs: 2 }} verticalSpacing="md">
        {fields}
      </SimpleGrid>
    </Stack>
  );
}

/** No names at all is said as null. */
function setTickers(form: UseFormReturnType<BacktestValues>): (names: string[]) => void {
  return (names) => {
    const given = names.map((name) => name.trim().toUpperCase()).filter((name) => name !== "");
    form.setFieldValue("tickers", given.length === 0 ? null : [...new Set(given)]);
  };
}

function ModelHint() {
  const { data } = useModelAge();
  if (data === undefined) return null;
  if (data.status !== "absent") {
    const { version, trained_at, status } = data;
    return (
      <Text size="sm" c="dimmed">
        The latest model, {version}, is {status}: {age(data)}
        {trained_at === null ? "" : `, trained ${clock(trained_at)}`}.
      </Text>
    );
  }
  return (
    <Text size="sm" c="dimmed">
      There is no model yet, and a backtest needs one. Train first, and run the backtest when the
      training has succeeded.
    </Text>
  );
}

const UNTIL: Readonly<Record<ModelAge["relative_to"], string>> = {
  now: "",
  last_bar: " at the last bar",
};

/** On demo data a model's age is counted to the last bar. */
function age({ age_days, relative_to }: ModelAge): string {
  return `${count(age_days)} days old${UNTIL[relative_to]}`;
}
