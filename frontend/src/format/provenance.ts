/** The origin of a result in words: its data, and whether survivorship biases it. */
import type { Provenance } from "../types/backtests.ts";

export function survivorshipText(survivorshipBiased: boolean): string {
  return survivorshipBiased
    ? "Biased: delisted names are missing, which makes results look better."
    : "Point in time: delisted names are included.";
}

/** The source of the data, and its mode where that is another word. */
export function dataText({
  data_source,
  data_mode,
}: Pick<Provenance, "data_source" | "data_mode">): string {
  return data_source === data_mode ? data_source : `${data_source}, ${data_mode}`;
}
