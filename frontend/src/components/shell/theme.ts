/** The Mantine theme: one accent colour, and more contrast than the stock colours have. */
import { createTheme, type MantineColorsTuple } from "@mantine/core";

const teal: MantineColorsTuple = [
  "#e9f7f6",
  "#d3eceb",
  "#a6d9d7",
  "#76c6c2",
  "#4fb5b0",
  "#2f9d98",
  "#178581",
  "#0b6e6e",
  "#085a5a",
  "#044646",
];

/** Mantine's shades of the dark scheme; the stock ones do not match the surfaces of the page. */
const dark: MantineColorsTuple = [
  "#dde5e3",
  "#c3cecb",
  "#a3b0ad",
  "#74827f",
  "#3d4748",
  "#2f3738",
  "#232a2b",
  "#1a1f20",
  "#151a1b",
  "#121617",
];

export const theme = createTheme({
  colors: { accent: teal, dark },
  primaryColor: "accent",
  primaryShade: { light: 7, dark: 7 },
  autoContrast: true,
  defaultRadius: "md",
  fontFamily: "Inter, ui-sans-serif, system-ui, -apple-system, 'Segoe UI', Roboto, sans-serif",
  fontFamilyMonospace: "ui-monospace, 'SF Mono', Menlo, Consolas, monospace",
  headings: { fontWeight: "600" },
});
