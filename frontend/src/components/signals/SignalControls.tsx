/** The form for a prediction, with every field of the contract. */
import { Anchor, Button, Text } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { useSubmit } from "../../api/queries/useCompute.ts";
import { useModels } from "../../api/queries/useModels.ts";
import {
  PREDICT_REQUEST_DEFAULTS,
  PREDICT_REQUEST_FIELDS,
  type ValuesOf,
} from "../../types/compute.ts";
import type { ModelManifest } from "../../types/models.ts";
import { ContractForm, type Section, universeLabel } from "../forms/ContractForm.tsx";
import { useContractForm } from "../forms/useContractForm.ts";

type PredictValues = ValuesOf<"PredictRequest">;

const SECTIONS: readonly Section<PredictValues>[] = [
  { title: "Model", fields: ["horizon", "feature_mode", "version", "years"] },
  { title: "Names", fields: ["tickers", "full_universe"] },
];

export function SignalControls() {
  const state = useContractForm<PredictValues>(PREDICT_REQUEST_FIELDS, PREDICT_REQUEST_DEFAULTS);
  const predict = useSubmit("predict");
  return (
    <ContractForm
      state={state}
      sections={SECTIONS}
      rest="More"
      emptyLabel={universeLabel(state.form.values.full_universe)}
      error={predict.error}
      onSubmit={(values) => predict.mutate(values, { onError: state.markErrors })}
      buttons={
        <>
          <Button type="submit" loading={predict.isPending}>
            Predict
          </Button>
          <Text size="sm" c="dimmed" role="status">
            {predict.isSuccess && "Submitted. The prediction is first in the list."}
          </Text>
        </>
      }
    >
      <ModelsHint />
    </ContractForm>
  );
}

/** The models that a prediction can use. */
function ModelsHint() {
  const { data: versions } = useModels();
  if (versions === undefined) return null;
  return (
    <Text size="sm" c="dimmed">
      {versions.length === 0
        ? "There is no model yet, and a prediction needs one. "
        : `Available models: ${trained(versions)}. `}
      <Anchor
        size="sm"
        underline="always"
        renderRoot={(props) => <Link to="/models" search={{ tab: "training" }} {...props} />}
      >
        Train another
      </Anchor>
    </Text>
  );
}

function trained(versions: readonly ModelManifest[]): string {
  const modes = [...new Set(versions.map(({ feature_mode }) => feature_mode))];
  return modes
    .map((mode) => {
      const group = versions.filter(({ feature_mode }) => feature_mode === mode);
      const horizons = new Set(group.flatMap((version) => version.horizons));
      return `${mode} features for ${[...horizons].sort((a, b) => a - b).join(", ")} days`;
    })
    .join("; ");
}
