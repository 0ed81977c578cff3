/** A banner on every page where the data are demo data, stale, or could not be read. */
import type { ReactNode } from "react";
import { useDataMode } from "../../api/queries/useSystemHealth.ts";

export function DataBanner() {
  const { data, error } = useDataMode();
  if (data === undefined) {
    return error === null ? null : <Banner>The data could not be read</Banner>;
  }
  if (data.mode === "demo") {
    return <Banner>Demo data: survivorship-biased, not for investment</Banner>;
  }
  return data.status === "stale" ? (
    <Banner>Stale data: the last bar is from {data.last_date}. Update the prices.</Banner>
  ) : null;
}

function Banner({ children }: { children: ReactNode }) {
  return (
    <aside className="data-banner" aria-label="Data notice">
      {children}
    </aside>
  );
}
