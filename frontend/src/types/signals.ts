/** The latest predictions. */
import type { Schemas } from "./contract.gen.ts";

export type Signal = Schemas["Signal"];
export type SignalsReport = Schemas["SignalsReport"];
