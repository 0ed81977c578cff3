/** Says that what is shown is not for investment, where it cannot be missed. */
import { useDataMode } from "../api/queries/useSystem.ts";

export function DemoBanner() {
  const { data } = useDataMode();
  if (data === undefined || data.mode !== "demo") return null;
  return (
    <div className="demo-banner" role="note">
      Demo data: survivorship-biased, not for investment
    </div>
  );
}
