/** Says that what is shown is not for investment, where it cannot be missed. */
import { useDataMode } from "../api/queries/useSystem.ts";

export function DemoBanner() {
  const { data } = useDataMode();
  if (data === undefined || data.mode !== "demo") return null;
  return (
    <aside className="demo-banner" aria-label="What this is computed on">
      Demo data: survivorship-biased, not for investment
    </aside>
  );
}
