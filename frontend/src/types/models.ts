/** Trained versions, what they predict, and how good that was. */
import type { Schemas } from "./contract.gen.ts";

export type DisagreementHistory = Schemas["DisagreementHistory"];
export type DisagreementSnapshot = Schemas["DisagreementSnapshot"];
export type HorizonScore = Schemas["HorizonScore"];
export type IcHistory = Schemas["IcHistory"];
export type IcSnapshot = Schemas["IcSnapshot"];
export type ModelManifest = Schemas["ModelManifest"];
export type Signal = Schemas["Signal"];
export type SignalsReport = Schemas["SignalsReport"];
