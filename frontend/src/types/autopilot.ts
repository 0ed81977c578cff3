/** Research cycles, their decisions, and the paper account that they trade. */
import type { Schemas } from "./contract.gen.ts";

export type AutopilotCycle = Schemas["AutopilotCycle"];
export type Candidate = Schemas["Candidate"];
export type Decision = AutopilotCycle["decisions"][number];
export type PaperAccount = Schemas["PaperAccount"];
export type PaperFill = Schemas["PaperFill"];
export type PaperOrder = Schemas["PaperOrder"];
export type PaperPosition = Schemas["PaperPosition"];
