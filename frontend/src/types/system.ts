/** What the service says of itself. */
import type { Schemas } from "./contract.gen.ts";

export type Check = Schemas["Check"];
export type DataModeReport = Schemas["DataModeReport"];
export type Health = Schemas["Health"];
export type ModelAge = Schemas["ModelAge"];
