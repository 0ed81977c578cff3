/** The form for a training, with every field of the contract. */
import { Button, Text } from "@mantine/core";
import { useSubmit } from "../../api/queries/useCompute.ts";
import { TRAIN_REQUEST_FIELDS, type ValuesOf } from "../../types/compute.ts";
import { ContractForm, type Section, universeLabel } from "./ContractForm.tsx";
import { useContractForm } from "./useContractForm.ts";

export type TrainValues = ValuesOf<"TrainRequest">;

const SECTIONS: readonly Section<TrainValues>[] = [
  { title: "Model", fields: ["horizons", "years", "feature_mode"] },
  { title: "Names", fields: ["tickers", "full_universe", "survivorship"] },
];

/** @param initial the contract's defaults, or the parameters of an earlier version. */
export function TrainForm({ initial }: { initial: TrainValues }) {
  const state = useContractForm<TrainValues>(TRAIN_REQUEST_FIELDS, initial);
  const { values } = state.form;
  const train = useSubmit("train");
  return (
    <ContractForm
      state={state}
      sections={SECTIONS}
      rest="More"
      emptyLabel={universeLabel(values.full_universe)}
      error={train.error}
      onSubmit={(body) => train.mutate(body, { onError: state.markErrors })}
      buttons={
        <>
          <Button type="submit" loading={train.isPending}>
            Train
          </Button>
          <Text size="sm" c="dimmed" role="status">
            {train.isSuccess && "Submitted. The training is first in the list."}
          </Text>
        </>
      }
    />
  );
}
