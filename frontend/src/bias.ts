/** Whether the universe is what survived, in words: it flatters every result. */

export function biasOf(survivorshipBiased: boolean): string {
  return survivorshipBiased
    ? "Biased: names that died are missing, which flatters results."
    : "Point in time: names that died are there.";
}
