/** Returns by calendar month as a heat map, one row per year, with the return of the year. */
import { Table, Text } from "@mantine/core";
import { compounded, ofLargest } from "../../format/derived.ts";
import { percent } from "../../format/figures.ts";
import type { MonthlyReturn } from "../../types/backtests.ts";
import type { Figure } from "../../types/figures.ts";
import { ScrollRegion } from "../answers/ScrollRegion.tsx";

const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/** Strongest tint in percent; above it, text is hard to read in the dark scheme. */
const STRONGEST = 40;

export function MonthlyTable({ returns }: { returns: readonly MonthlyReturn[] }) {
  const years = [...new Set(returns.map(({ year }) => year))];
  const shareOf = ofLargest(returns.map(({ return_fraction }) => return_fraction));
  if (returns.length === 0) {
    return <Text c="dimmed">There is no month yet: a return needs two closes.</Text>;
  }
  return (
    <>
      <Text size="sm" c="dimmed" mb="xs">
        {extremes(returns)} A deeper colour is a larger gain or loss.
      </Text>
      <ScrollRegion label="Returns by month" minWidth={860}>
        <Table className="figures" verticalSpacing={5} horizontalSpacing={6} withRowBorders={false}>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>Year</Table.Th>
              {MONTHS.map((name) => (
                <Table.Th key={name} ta="right">
                  {name}
                </Table.Th>
              ))}
              <Table.Th ta="right">Whole year</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {years.map((year) => (
              <YearRow
                key={year}
                year={year}
                months={returns.filter((month) => month.year === year)}
                shareOf={shareOf}
              />
            ))}
          </Table.Tbody>
        </Table>
      </ScrollRegion>
    </>
  );
}

interface YearProps {
  year: number;
  months: readonly MonthlyReturn[];
  shareOf: (value: Figure<"fraction">) => number;
}

function YearRow({ year, months, shareOf }: YearProps) {
  const byMonth = new Map(months.map(({ month, return_fraction }) => [month, return_fraction]));
  return (
    <Table.Tr>
      <Table.Th scope="row">{year}</Table.Th>
      {MONTHS.map((name, index) => {
        const value = byMonth.get(index + 1);
        return value === undefined ? (
          <Table.Td key={name} />
        ) : (
          <Table.Td key={name} ta="right" style={{ background: tint(shareOf(value)) }}>
            {percent(value)}
          </Table.Td>
        );
      })}
      <Table.Td ta="right" fw={600}>
        {percent(compounded(months))}
      </Table.Td>
    </Table.Tr>
  );
}

/** Scales with the square root of the return, so that one extreme month does not make the others pale. */
function tint(share: number): string {
  if (share === 0) return "none";
  const strength = Math.round(STRONGEST * Math.sqrt(Math.abs(share)));
  return `color-mix(in srgb, var(--page-${share < 0 ? "loss" : "gain"}) ${strength}%, transparent)`;
}

function nameOf({ month }: MonthlyReturn): string {
  return MONTHS.find((_, index) => index + 1 === month) ?? "";
}

function extremes(returns: readonly MonthlyReturn[]): string {
  const sorted = returns.toSorted((a, b) => a.return_fraction - b.return_fraction);
  const described = (month: MonthlyReturn | undefined): string =>
    month === undefined
      ? ""
      : `${percent(month.return_fraction)} in ${nameOf(month)} ${month.year}`;
  return `The best month is ${described(sorted.at(-1))}, the worst ${described(sorted[0])}.`;
}
