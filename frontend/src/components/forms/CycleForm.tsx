/** The form for a research cycle, with every field of the contract. */
import { Button } from "@mantine/core";
import { useSubmit } from "../../api/queries/useCompute.ts";
import {
  AUTOPILOT_REQUEST_DEFAULTS,
  AUTOPILOT_REQUEST_FIELDS,
  type ValuesOf,
} from "../../types/compute.ts";
import { ContractForm, type Section } from "./ContractForm.tsx";
import { useContractForm } from "./useContractForm.ts";

type CycleValues = ValuesOf<"AutopilotRequest">;

/** Fields that the contract gains are shown after these. */
const SECTIONS: readonly Section<CycleValues>[] = [{ title: "History", fields: ["years"] }];

export function CycleForm() {
  const state = useContractForm<CycleValues>(AUTOPILOT_REQUEST_FIELDS, AUTOPILOT_REQUEST_DEFAULTS);
  const cycle = useSubmit("autopilot");
  return (
    <ContractForm
      state={state}
      sections={SECTIONS}
      rest="Scope"
      error={cycle.error}
      onSubmit={(values) => cycle.mutate(values, { onError: state.markErrors })}
      buttons={
        <Button type="submit" loading={cycle.isPending}>
          {state.form.values.dry_run ? "Try a cycle" : "Run a cycle"}
        </Button>
      }
    />
  );
}
