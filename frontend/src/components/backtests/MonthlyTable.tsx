/** Returns by calendar month, one row a year. */
import { Table } from "@mantine/core";
import { percent } from "../../figures.ts";
import type { MonthlyReturn } from "../../types/backtests.ts";

const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

export function MonthlyTable({ returns }: { returns: readonly MonthlyReturn[] }) {
  const byMonth = new Map(
    returns.map(({ year, month, return_fraction }) => [`${year}-${month}`, return_fraction]),
  );
  const years = [...new Set(returns.map(({ year }) => year))];
  return (
    <Table.ScrollContainer minWidth={760}>
      <Table className="figures" verticalSpacing={5}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>Year</Table.Th>
            {MONTHS.map((name) => (
              <Table.Th key={name} ta="right">
                {name}
              </Table.Th>
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {years.map((year) => (
            <Table.Tr key={year}>
              <Table.Td>{year}</Table.Td>
              {MONTHS.map((name, index) => {
                const value = byMonth.get(`${year}-${index + 1}`);
                return (
                  <Table.Td key={name} ta="right">
                    {value === undefined ? "" : percent(value)}
                  </Table.Td>
                );
              })}
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}
