/** Asks for a research cycle, with every field that the contract has. */
import { Button } from "@mantine/core";
import { useSubmit } from "../../api/queries/useCompute.ts";
import {
  AUTOPILOT_REQUEST_DEFAULTS,
  AUTOPILOT_REQUEST_FIELDS,
  type AutopilotRequest,
} from "../../types/compute.ts";
import { ContractForm, type Section } from "./ContractForm.tsx";
import { useContractForm } from "./useContractForm.ts";

type CycleValues = Required<AutopilotRequest>;

/** What is asked first; what the contract gains comes after it. */
const SECTIONS: readonly Section<CycleValues>[] = [{ title: "History", fields: ["years"] }];

export function CycleForm() {
  const held = useContractForm<CycleValues>(AUTOPILOT_REQUEST_FIELDS, AUTOPILOT_REQUEST_DEFAULTS);
  const cycle = useSubmit("autopilot");
  return (
    <ContractForm
      held={held}
      sections={SECTIONS}
      rest="How far it goes"
      error={cycle.error}
      onSubmit={(values) => cycle.mutate(values, { onError: held.markErrors })}
      buttons={
        <Button type="submit" loading={cycle.isPending}>
          {held.form.values.dry_run ? "Try a cycle" : "Run a cycle"}
        </Button>
      }
    />
  );
}
