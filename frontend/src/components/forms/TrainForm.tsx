/** Asks for a training, with every field that the contract has. */
import { Button, Text } from "@mantine/core";
import { useSubmit } from "../../api/queries/useCompute.ts";
import { TRAIN_REQUEST_FIELDS, type TrainRequest } from "../../types/compute.ts";
import { ContractForm, type Section, wholeUniverse } from "./ContractForm.tsx";
import { useContractForm } from "./useContractForm.ts";

export type TrainValues = Required<TrainRequest>;

const SECTIONS: readonly Section<TrainValues>[] = [
  { title: "Model", fields: ["horizons", "years", "feature_mode"] },
  { title: "Names", fields: ["tickers", "full_universe", "survivorship"] },
];

/** @param initial the contract's defaults, or what an earlier version was trained with. */
export function TrainForm({ initial }: { initial: TrainValues }) {
  const held = useContractForm<TrainValues>(TRAIN_REQUEST_FIELDS, initial);
  const { values } = held.form;
  const train = useSubmit("train");
  return (
    <ContractForm
      held={held}
      sections={SECTIONS}
      rest="More"
      nobody={wholeUniverse(values.full_universe)}
      error={train.error}
      onSubmit={(asked) => train.mutate(asked, { onError: held.markErrors })}
      buttons={
        <>
          <Button type="submit" loading={train.isPending}>
            Train
          </Button>
          <Text size="sm" c="dimmed" role="status">
            {train.isSuccess && "Accepted. It is the first in the list of trainings."}
          </Text>
        </>
      }
    />
  );
}
