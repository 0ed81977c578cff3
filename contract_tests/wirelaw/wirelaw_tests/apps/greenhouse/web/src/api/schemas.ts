import { z } from "zod";

export const wateringStage = z.enum(["queued", "opening", "running", "done", "failed"]);
export type WateringStage = z.infer<typeof wateringStage>;

export const wateringMode = z.enum(["drip", "mist", "flood"]);
export type WateringMode = z.infer<typeof wateringMode>;

export const bed = z.object({
  name: z.string(),
  crop: z.string(),
  moisture: z.number(),
});
export type Bed = z.infer<typeof bed>;

export const watering = z.object({
  id: z.number().int(),
  bed: z.string(),
  litres: z.number(),
  mode: wateringMode,
  dry_run: z.boolean(),
  stage: wateringStage,
  fraction: z.number(),
  queued_at: z.string(),
});
export type Watering = z.infer<typeof watering>;

export const wateringRequest = z.object({
  bed: z.string().min(1).max(40),
  litres: z.number().positive().max(200),
  mode: wateringMode,
  dry_run: z.boolean(),
});
export type WateringRequest = z.infer<typeof wateringRequest>;

export const schedule = z.object({
  hour: z.number().int().min(0).max(23),
  litres: z.number().positive().max(200),
  enabled: z.boolean(),
});
export type Schedule = z.infer<typeof schedule>;
