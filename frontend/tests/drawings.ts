/** In place of the libraries that draw charts: each keeps, at its element, what it was told to draw. */

export interface Line {
  /** Null: the chart itself has no legend. */
  label: string | null;
  colour: string;
  /** The axis that its values are read from. */
  scale: string;
  times: readonly (string | number)[];
  values: readonly (number | null)[];
  /** A value as the axis, and as the legend, shows it. */
  texts: (value: number) => string[];
  /** Options that are neither of these; they may change the look only. */
  others: readonly string[];
}

export interface Drawing {
  lines: () => Line[];
  /** The scales that have an axis. */
  axes: readonly string[];
  marks: readonly { time: string; text: string }[];
  /** The indexes of the first and the last time shown; null: all. */
  range: { from: number; to: number } | null;
}

type Box = HTMLElement & { drawing?: Drawing | undefined };

export const drawingOf = (box: Element): Drawing | undefined => (box as Box).drawing;

/** As options of the libraries, which have many more. */
type Options = Readonly<Record<string, unknown>>;

// lightweight-charts

export const AreaSeries = "area";
export const LineSeries = "line";
export const ColorType = { Solid: "solid" };
export const LineStyle = { Dotted: 1 };

interface Scale {
  applyOptions: (options: Options) => void;
}

interface Series extends Scale {
  priceScale: () => Scale;
  setData: (points: readonly { time: string; value: number }[]) => void;
  setMarkers: (marks: Drawing["marks"]) => void;
}

export function createChart(box: Box, options: Options = {}) {
  const lines: (() => Line)[] = [];
  const shows = (scale: string, unlessSet: boolean): boolean =>
    (options[`${scale}PriceScale`] as Options | undefined)?.["visible"] === true ||
    (unlessSet && (options[`${scale}PriceScale`] as Options | undefined)?.["visible"] !== false);
  const sides = [
    ...(shows("left", false) ? ["left"] : []),
    ...(shows("right", true) ? ["right"] : []),
  ];
  const drawing: Drawing = {
    lines: () => lines.map((line) => line()),
    axes: sides.flatMap((side) => [`0 ${side}`, `1 ${side}`]),
    marks: [],
    range: null,
  };
  box.drawing = drawing;
  function addSeries(_: string, first: Options, pane = 0): Series {
    let own = { ...first };
    let ofScale: Options = {};
    let points: readonly { time: string; value: number }[] = [];
    lines.push(() => {
      const { color, lineColor, priceFormat, priceScaleId = "right", ...others } = own;
      return {
        label: null,
        colour: String(color ?? lineColor),
        scale: `${pane} ${String(priceScaleId)}`,
        times: points.map(({ time }) => time),
        values: points.map(({ value }) => value),
        texts: (value) => [
          (priceFormat as { formatter: (value: number) => string }).formatter(value),
        ],
        others: [...Object.keys(others), ...Object.keys(ofScale)],
      };
    });
    return {
      applyOptions: (more) => {
        own = { ...own, ...more };
      },
      setData: (data) => {
        points = data;
      },
      priceScale: () => ({
        applyOptions: (more) => {
          ofScale = { ...ofScale, ...more };
        },
      }),
      setMarkers: (marks) => {
        drawing.marks = marks;
      },
    };
  }
  return {
    addSeries,
    panes: () => [],
    timeScale: () => ({
      fitContent: () => {
        drawing.range = null;
      },
      setVisibleLogicalRange: (range: Drawing["range"]) => {
        drawing.range = range;
      },
    }),
    remove: () => {
      box.drawing = undefined;
    },
  };
}

export const createSeriesMarkers = (series: Series) => series;

// uPlot

interface PlotSeries extends Options {
  label: string;
  stroke: string;
  scale?: string;
  value: (plot: null, value: number | null) => string;
}

interface PlotAxis extends Options {
  scale?: string;
  show?: boolean;
  values: (plot: null, ticks: number[]) => string[];
}

interface PlotOptions extends Options {
  axes: readonly PlotAxis[];
  series: readonly PlotSeries[];
}

export default class Plot {
  static tzDate = (date: Date): Date => date;

  readonly destroy: () => void;

  constructor(options: PlotOptions, [times = [], ...values]: number[][], box: Box) {
    const [, ...axes] = options.axes;
    const [, ...series] = options.series;
    const { scales = {} } = options;
    box.drawing = {
      axes: axes.filter(({ show }) => show !== false).map(({ scale = "y" }) => scale),
      marks: [],
      range: null,
      lines: () =>
        series.map(({ label, stroke, scale = "y", value, ...others }, at) => ({
          label,
          colour: stroke,
          scale,
          times,
          values: values[at] ?? [],
          texts: (one) => [...axes.flatMap((axis) => axis.values(null, [one])), value(null, one)],
          others: [...Object.keys(others), ...Object.keys(scales as object)],
        })),
    };
    this.destroy = () => {
      box.drawing = undefined;
    };
  }

  setSize(): void {}
}
