/** What the service says of itself. */
import type { Schemas } from "./contract.gen.ts";

export type DataModeReport = Schemas["DataModeReport"];
export type ModelAge = Schemas["ModelAge"];
