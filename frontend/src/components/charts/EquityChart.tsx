/** Equity against the equal-weight benchmark, above the drawdown; loaded lazily. */
import { useComputedColorScheme } from "@mantine/core";
import {
  AreaSeries,
  type ChartOptions,
  ColorType,
  createChart,
  createSeriesMarkers,
  type DeepPartial,
  type ISeriesApi,
  LineSeries,
  LineStyle,
  type SeriesMarker,
  type Time,
} from "lightweight-charts";
import { useEffect, useRef, useState } from "react";
import { type Format, money, percent } from "../../format/figures.ts";
import type { BacktestReport } from "../../types/backtests.ts";

/** Each series has one value per date. */
export type Curves = Pick<BacktestReport, "dates" | "equity" | "benchmark" | "drawdown">;

export interface Mark {
  date: string;
  text: string;
  /** Relative to the equity line. */
  side: "above" | "below";
}

/** A part of the chart to show. */
export interface ChartPlace {
  /** What the part shows, in a sentence. */
  description: string;
  from: string;
  to: string;
  marks: readonly Mark[];
}

interface Props {
  curves: Curves;
  /** Null: the whole range. */
  place: ChartPlace | null;
}

/** A chart that was drawn. */
interface Drawn {
  /** Does nothing once the chart was removed. */
  show: (place: ChartPlace | null) => void;
  remove: () => void;
}

/** Least number of trading days shown before and after a part. */
const MARGIN = 15;

export default function EquityChart({ curves, place }: Props) {
  const box = useRef<HTMLDivElement>(null);
  const [drawn, setDrawn] = useState<Drawn | null>(null);
  const scheme = useComputedColorScheme("light");
  useEffect(() => {
    if (box.current === null) return;
    const drawing = draw(box.current, curves, scheme);
    setDrawn(drawing);
    return drawing.remove;
  }, [curves, scheme]);
  useEffect(() => drawn?.show(place), [drawn, place]);
  return <div ref={box} className="chart" />;
}

function draw(box: HTMLElement, curves: Curves, scheme: string): Drawn {
  // the stylesheet has the colours, by the scheme of this element
  box.dataset["scheme"] = scheme;
  const style = getComputedStyle(box);
  const colour = (name: string): string => style.getPropertyValue(`--page-${name}`).trim();
  const chart = createChart(box, options(colour));
  const quiet = { priceLineVisible: false, lastValueVisible: false, crosshairMarkerVisible: false };
  const benchmark = chart.addSeries(LineSeries, {
    ...quiet,
    color: colour("benchmark"),
    lineWidth: 1,
  });
  const equity = chart.addSeries(LineSeries, {
    ...quiet,
    color: colour("strategy"),
    lineWidth: 2,
  });
  const drawdown = chart.addSeries(
    AreaSeries,
    {
      ...quiet,
      lineColor: colour("loss"),
      topColor: `${colour("loss")}10`,
      bottomColor: `${colour("loss")}50`,
      lineWidth: 1,
      invertFilledArea: true,
    },
    1,
  );
  fill(benchmark, curves.dates, curves.benchmark, money, 1);
  fill(equity, curves.dates, curves.equity, money, 1);
  fill(drawdown, curves.dates, curves.drawdown, percent, 0.001);
  drawdown.priceScale().applyOptions({ scaleMargins: { top: 0.04, bottom: 0.08 } });
  chart.panes()[0]?.setStretchFactor(3);
  chart.panes()[1]?.setStretchFactor(1);
  const markers = createSeriesMarkers(equity);
  let isRemoved = false;
  return {
    show(place) {
      if (isRemoved) return;
      markers.setMarkers(place === null ? [] : place.marks.map(marker(colour)));
      if (place === null) chart.timeScale().fitContent();
      else chart.timeScale().setVisibleLogicalRange(stretch(curves.dates, place));
    },
    remove() {
      isRemoved = true;
      chart.remove();
    },
  };
}

/** Sets the points and the format of their unit together. */
function fill<N extends number>(
  series: ISeriesApi<"Line" | "Area">,
  dates: readonly string[],
  values: readonly N[],
  format: Format<N>,
  minMove: number,
): void {
  const formatter = (value: number): string => format(value as N);
  series.applyOptions({ priceFormat: { type: "custom", formatter, minMove } });
  series.setData(points(dates, values));
}

function marker(colour: (name: string) => string): (mark: Mark) => SeriesMarker<Time> {
  return ({ date, text, side }) => ({
    time: date,
    text,
    color: colour("quiet"),
    position: side === "above" ? "aboveBar" : "belowBar",
    shape: side === "above" ? "arrowDown" : "arrowUp",
  });
}

/** The range of day indexes to show: the part, and half its length before and after it. */
function stretch(dates: readonly string[], { from, to }: ChartPlace): { from: number; to: number } {
  const dayOf = (date: string): number => {
    const day = dates.findIndex((one) => one >= date);
    return day === -1 ? dates.length - 1 : day;
  };
  const margin = Math.max(MARGIN, (dayOf(to) - dayOf(from)) / 2);
  // beyond the ends, only the space for the text of a mark
  const beyond = margin / 8;
  return {
    from: Math.max(-beyond, dayOf(from) - margin),
    to: Math.min(dates.length - 1 + beyond, dayOf(to) + margin),
  };
}

function points(
  dates: readonly string[],
  values: readonly number[],
): { time: string; value: number }[] {
  return dates.flatMap((time, day) => {
    const value = values[day];
    return value === undefined ? [] : [{ time, value }];
  });
}

function options(colour: (name: string) => string): DeepPartial<ChartOptions> {
  const grid = { color: colour("line"), style: LineStyle.Dotted };
  return {
    autoSize: true,
    layout: {
      background: { type: ColorType.Solid, color: colour("surface") },
      textColor: colour("quiet"),
      fontFamily: "Inter, ui-sans-serif, system-ui, sans-serif",
      // the logo adds a style element, which the page's CSP forbids; the footer has the attribution instead
      attributionLogo: false,
      panes: { separatorColor: colour("line"), enableResize: false },
    },
    grid: { vertLines: { visible: false }, horzLines: grid },
    rightPriceScale: { borderVisible: false },
    // with the default, fitContent cuts off the start of a long history
    timeScale: { borderVisible: false, minBarSpacing: 0.05 },
    handleScroll: { vertTouchDrag: false },
  };
}
