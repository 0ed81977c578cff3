/** Returns by calendar month as a heat map, one row per year, with the return of the year. */
import { Table, Text } from "@mantine/core";
import { percent } from "../../format/figures.ts";
import type { MonthlyReturn } from "../../types/backtests.ts";
import type { Figure } from "../../types/figures.ts";
import { ScrollRegion } from "../answers/ScrollRegion.tsx";

const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/** Strongest tint in percent; above it, text is hard to read in the dark scheme. */
const STRONGEST = 40;

export function MonthlyTable({ returns }: { returns: readonly MonthlyReturn[] }) {
  const years = [...new Set(returns.map(({ year }) => year))];
  const largest = Math.max(...returns.map(({ return_fraction }) => Math.abs(return_fraction)), 0);
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
                largest={largest}
              />
            ))}
          </Table.Tbody>
        </Table>
      </ScrollRegion>
    </>
  );
}

function YearRow(props: { year: number; months: readonly MonthlyReturn[]; largest: number }) {
  const { year, months, largest } = props;
  const byMonth = new Map(months.map(({ month, return_fraction }) => [month, return_fraction]));
  const total = months.reduce((growth, { return_fraction }) => growth * (1 + return_fraction), 1);
  return (
    <Table.Tr>
      <Table.Th scope="row">{year}</Table.Th>
      {MONTHS.map((name, index) => {
        const value = byMonth.get(index + 1);
        return value === undefined ? (
          <Table.Td key={name} />
        ) : (
          <Table.Td key={name} ta="right" style={{ background: tint(value, largest) }}>
            {percent(value)}
          </Table.Td>
        );
      })}
      <Table.Td ta="right" fw={600}>
        {percent(total - 1)}
      </Table.Td>
    </Table.Tr>
  );
}

/** Scales with the square root of the return, so that one extreme month does not make the others pale. */
function tint(value: Figure<"fraction">, largest: number): string {
  if (largest === 0) return "none";
  const share = Math.round(STRONGEST * Math.sqrt(Math.abs(value) / largest));
  return `color-mix(in srgb, var(--page-${value < 0 ? "loss" : "gain"}) ${share}%, transparent)`;
}

function extremes(returns: readonly MonthlyReturn[]): string {
  const sorted = returns.toSorted((a, b) => a.return_fraction - b.return_fraction);
  const described = (month: MonthlyReturn | undefined): string =>
    month === undefined
      ? ""
      : `${percent(month.return_fraction)} in ${MONTHS[month.month - 1] ?? ""} ${month.year}`;
  return `The best month is ${described(sorted.at(-1))}, the worst ${described(sorted[0])}.`;
}
