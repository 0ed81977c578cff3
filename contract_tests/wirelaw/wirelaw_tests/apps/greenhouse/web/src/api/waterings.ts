import { z } from "zod";
import { api } from "./client";
import { type Schedule, type WateringRequest, type WateringStage, bed, schedule, watering } from "./schemas";

export async function fetchBeds() {
  const { data } = await api.get("/beds");
  return z.array(bed).parse(data);
}

export async function fetchWaterings(stage?: WateringStage) {
  const { data } = await api.get("/waterings", { params: { stage, limit: 50 } });
  return z.array(watering).parse(data);
}

export async function startWatering(request: WateringRequest) {
  const { data } = await api.post("/waterings", request);
  return watering.parse(data);
}

export async function stopWatering(id: number) {
  const { data } = await api.post(`/waterings/${id}/stop`);
  return watering.parse(data);
}

export async function saveSchedule(bedName: string, hour: number, litres: number): Promise<Schedule> {
  const body = { hour, litres, enabled: true };
  const { data } = await api.put(`/beds/${encodeURIComponent(bedName)}/schedule`, body);
  return schedule.parse(data);
}
