/** Equity against the equal-weight benchmark, with the drawdown beneath; loaded when there is something to draw. */
import { useComputedColorScheme } from "@mantine/core";
import {
  AreaSeries,
  type ChartOptions,
  ColorType,
  createChart,
  type DeepPartial,
  type IChartApi,
  LineSeries,
  LineStyle,
} from "lightweight-charts";
import { useEffect, useRef } from "react";
import { count, percent } from "../../figures.ts";
import type { BacktestReport } from "../../types/backtests.ts";

/** What the chart draws; `dates` and the series run in step. */
export type Curves = Pick<BacktestReport, "dates" | "equity" | "benchmark" | "drawdown">;

export default function EquityChart({ curves }: { curves: Curves }) {
  const box = useRef<HTMLDivElement>(null);
  const scheme = useComputedColorScheme("light");
  useEffect(() => {
    if (box.current === null) return;
    const chart = draw(box.current, curves, scheme);
    return () => chart.remove();
  }, [curves, scheme]);
  return <div ref={box} className="chart" role="img" aria-label="Equity and drawdown over time" />;
}

function draw(box: HTMLElement, curves: Curves, scheme: string): IChartApi {
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
  chart.timeScale().fitContent();
  return chart;
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
