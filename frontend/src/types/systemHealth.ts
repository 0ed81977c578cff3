/** The health of the service, and the histories of its trackers. */
import type { Schemas } from "./contract.gen.ts";

export type Check = Schemas["Check"];
export type DataModeReport = Schemas["DataModeReport"];
export type DisagreementHistory = Schemas["DisagreementHistory"];
export type DisagreementSnapshot = Schemas["DisagreementSnapshot"];
export type ExecutionFill = Schemas["ExecutionFill"];
export type ExecutionQuality = Schemas["ExecutionQuality"];
export type Health = Schemas["Health"];
export type IcHistory = Schemas["IcHistory"];
export type IcSnapshot = Schemas["IcSnapshot"];
export type ModelAge = Schemas["ModelAge"];
