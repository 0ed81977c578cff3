/** Equity against the equal-weight benchmark, with the drawdown beneath; loaded when there is something to draw. */
import { useComputedColorScheme } from "@mantine/core";
import {
  AreaSeries,
  type ChartOptions,
  ColorType,
  createChart,
  createSeriesMarkers,
  type DeepPartial,
  LineSeries,
  LineStyle,
  type SeriesMarker,
  type Time,
} from "lightweight-charts";
import { useEffect, useRef, useState } from "react";
import { count, percent } from "../../format/figures.ts";
import type { BacktestReport } from "../../types/backtests.ts";

/** What the chart draws; `dates` and the series run in step. */
export type Curves = Pick<BacktestReport, "dates" | "equity" | "benchmark" | "drawdown">;

export interface Mark {
  date: string;
  text: string;
  /** Of the equity line. */
  side: "above" | "below";
}

/** A stretch of the chart to look at. */
export interface ChartPlace {
  /** What there is to see, in a sentence. */
  said: string;
  from: string;
  to: string;
  marks: readonly Mark[];
}

interface Props {
  curves: Curves;
  /** Null: all of it. */
  place: ChartPlace | null;
}

/** A chart on the page. */
interface Drawn {
  /** Does nothing to a chart that was removed: another one is on its way then. */
  show: (place: ChartPlace | null) => void;
  remove: () => void;
}

/** Trading days to see before and after a place at least. */
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
  // the page's colours are written once, in its stylesheet, under the scheme that is asked for
  box.dataset["scheme"] = scheme;
  const style = getComputedStyle(box);
  const colour = (name: string): string => style.getPropertyValue(`--page-${name}`).trim();
  const chart = createChart(box, options(colour));
  const quiet = { priceLineVisible: false, lastValueVisible: false, crosshairMarkerVisible: false };
  const money = { type: "custom", formatter: count, minMove: 1 } as const;
  const benchmark = chart.addSeries(LineSeries, {
    ...quiet,
    color: colour("benchmark"),
    priceFormat: money,
    lineWidth: 1,
  });
  const equity = chart.addSeries(LineSeries, {
    ...quiet,
    color: colour("strategy"),
    priceFormat: money,
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
      priceFormat: { type: "custom", formatter: percent, minMove: 0.001 },
    },
    1,
  );
  benchmark.setData(points(curves.dates, curves.benchmark));
  equity.setData(points(curves.dates, curves.equity));
  drawdown.setData(points(curves.dates, curves.drawdown));
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

function marker(colour: (name: string) => string): (mark: Mark) => SeriesMarker<Time> {
  return ({ date, text, side }) => ({
    time: date,
    text,
    color: colour("quiet"),
    position: side === "above" ? "aboveBar" : "belowBar",
    shape: side === "above" ? "arrowDown" : "arrowUp",
  });
}

/** The place with half its length before and after it where there is as much, by the number of the day. */
function stretch(dates: readonly string[], { from, to }: ChartPlace): { from: number; to: number } {
  const day = (wanted: string): number => {
    const found = dates.findIndex((date) => date >= wanted);
    return found === -1 ? dates.length - 1 : found;
  };
  const margin = Math.max(MARGIN, (day(to) - day(from)) / 2);
  // beyond the ends no more than the words of a mark need
  const beyond = margin / 8;
  return {
    from: Math.max(-beyond, day(from) - margin),
    to: Math.min(dates.length - 1 + beyond, day(to) + margin),
  };
}

function points(dates: string[], values: number[]): { time: string; value: number }[] {
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
      // the logo brings a style element that the page's policy refuses; the page names its maker instead
      attributionLogo: false,
      panes: { separatorColor: colour("line"), enableResize: false },
    },
    grid: { vertLines: { visible: false }, horzLines: grid },
    rightPriceScale: { borderVisible: false },
    // by default fitContent stops short of long histories and drops years without a word
    timeScale: { borderVisible: false, minBarSpacing: 0.05 },
    handleScroll: { vertTouchDrag: false },
  };
}
