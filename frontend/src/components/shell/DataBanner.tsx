/** Says where it cannot be missed that what is shown is not for investment, or is old. */
import type { ReactNode } from "react";
import { useDataMode } from "../../api/queries/useSystemHealth.ts";

export function DataBanner() {
  const { data, error } = useDataMode();
  if (data === undefined) {
    return error === null ? null : <Banner>Which data this is computed on cannot be read</Banner>;
  }
  if (data.mode === "demo") {
    return <Banner>Demo data: survivorship-biased, not for investment</Banner>;
  }
  return data.status === "stale" ? (
    <Banner>Stale data: the last bar is of {data.last_date}. Renew the prices.</Banner>
  ) : null;
}

function Banner({ children }: { children: ReactNode }) {
  return (
    <aside className="data-banner" aria-label="What this is computed on">
      {children}
    </aside>
  );
}
