/** Trained model versions. */
import type { Schemas } from "./contract.gen.ts";

export type HorizonScore = Schemas["HorizonScore"];
export type DeletedModel = Schemas["DeletedModel"];
export type ModelManifest = Schemas["ModelManifest"];
