/** The line chart, loaded when it is drawn; `lazy` alone would lose that values and format have one unit. */
import { lazy, type ReactNode } from "react";
import type { Props } from "./LinesChart.tsx";

export const LinesChart = lazy(() => import("./LinesChart.tsx")) as unknown as <N extends number>(
  props: Props<N>,
) => ReactNode;
