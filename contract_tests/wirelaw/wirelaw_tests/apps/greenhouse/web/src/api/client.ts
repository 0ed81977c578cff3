import axios, { AxiosError } from "axios";

export const api = axios.create({
  baseURL: "/api",
  timeout: 10_000,
  headers: { "X-API-Key": import.meta.env.VITE_GREENHOUSE_KEY },
});

/** A sentence for the gardener. A refused form has a list in `detail`, which says nothing to people. */
export function messageOf(error: unknown): string {
  if (error instanceof AxiosError) {
    const detail = error.response?.data?.detail;
    if (typeof detail === "string") return detail;
    if (Array.isArray(detail)) return "Please check the form.";
  }
  return "The greenhouse does not answer.";
}
