/** A line chart; loaded lazily. */
import "uplot/dist/uPlot.min.css";
import { useComputedColorScheme } from "@mantine/core";
import { useEffect, useRef } from "react";
import uPlot from "uplot";
import { epochSeconds } from "../../format/derived.ts";
import type { Format } from "../../format/figures.ts";

export interface Line<N extends number> {
  name: string;
  /** One value per date; null where there is none. */
  values: readonly (N | null)[];
  /** A `--page-…` colour of the stylesheet. */
  colour: string;
}

export interface Props<N extends number> {
  dates: readonly string[];
  lines: readonly Line<N>[];
  format: Format<N>;
  height?: number;
  /** Whether to connect points across missing dates. */
  spanGaps?: boolean;
}

export default function LinesChart<N extends number>(props: Props<N>) {
  const { dates, lines, format, height = 280, spanGaps = false } = props;
  const box = useRef<HTMLDivElement>(null);
  const scheme = useComputedColorScheme("light");
  useEffect(() => {
    const element = box.current;
    if (element === null) return;
    // the stylesheet has the colours, by the scheme of this element
    element.dataset["scheme"] = scheme;
    const chart = new uPlot(
      options(element, { dates, lines, format, height, spanGaps }),
      [dates.map(epochSeconds), ...lines.map(({ values }) => [...values])],
      element,
    );
    const sizes = new ResizeObserver(() => chart.setSize({ width: element.clientWidth, height }));
    sizes.observe(element);
    return () => {
      sizes.disconnect();
      chart.destroy();
    };
  }, [dates, lines, format, height, spanGaps, scheme]);
  return <div ref={box} className="lines-chart" />;
}

function options<N extends number>(box: HTMLElement, props: Required<Props<N>>): uPlot.Options {
  const { dates, lines, format, height, spanGaps } = props;
  const style = getComputedStyle(box);
  const colour = (name: string): string => style.getPropertyValue(`--page-${name}`).trim();
  const axis: uPlot.Axis = {
    stroke: colour("quiet"),
    grid: { stroke: colour("line"), width: 1, dash: [2, 3] },
    ticks: { show: false },
    font: "12px Inter, ui-sans-serif, system-ui, sans-serif",
  };
  const formatted = (value: N | null | undefined): string => format(value ?? null);
  return {
    width: box.clientWidth,
    height,
    // UTC, because a time zone must not shift a date
    tzDate: (seconds) => uPlot.tzDate(new Date(seconds * 1000), "Etc/UTC"),
    axes: [
      axis,
      { ...axis, size: 64, values: (_, ticks) => ticks.map((tick) => formatted(tick as N)) },
    ],
    series: [
      { label: "Date", value: (_, __, ___, index) => (index === null ? "" : (dates[index] ?? "")) },
      ...lines.map((line) => ({
        label: line.name,
        stroke: colour(line.colour),
        width: 1.5,
        spanGaps,
        // a single point has no line
        points: { show: line.values.filter((value) => value !== null).length === 1 },
        value: (_: uPlot, value: number | null) => formatted(value as N | null),
      })),
    ],
  };
}
