/** A table that may have thousands of rows, shown a page at a time. */
import { Table } from "@mantine/core";
import { type ReactNode, useState } from "react";
import { Pager } from "./Pager.tsx";
import { ScrollRegion } from "./ScrollRegion.tsx";

export interface Column<Row> {
  name: string;
  /** Figures are aligned right. */
  numeric?: true;
  /** Explanation of the name, shown as a tooltip. */
  meaning?: string;
  /** Never empty: a missing value has a text of its own. */
  cell: (row: Row) => NonNullable<ReactNode>;
}

interface Props<Row> {
  /** What the rows are, for screen readers. */
  label: string;
  columns: readonly Column<Row>[];
  rows: readonly Row[];
  keyOf: (row: Row) => string;
  /** Width in pixels below which the table scrolls. */
  minWidth: number;
  /** Rows per page. */
  size?: number;
}

export function LongTable<Row>(props: Props<Row>) {
  const { label, columns, rows, keyOf, minWidth, size = 20 } = props;
  const [selected, setFirst] = useState(0);
  // there may be fewer rows now
  const first = selected < rows.length ? selected : 0;
  return (
    <>
      <ScrollRegion label={label} minWidth={minWidth}>
        <Table className="figures" verticalSpacing={5}>
          <Headings columns={columns} />
          <Table.Tbody>
            {rows.slice(first, first + size).map((row) => (
              <Table.Tr key={keyOf(row)}>
                {columns.map(({ name, numeric, cell }) => (
                  <Table.Td key={name} ta={numeric === true ? "right" : "left"}>
                    {cell(row)}
                  </Table.Td>
                ))}
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </ScrollRegion>
      <Pager label={label} first={first} size={size} total={rows.length} onTurn={setFirst} />
    </>
  );
}

function Headings<Row>({ columns }: { columns: readonly Column<Row>[] }) {
  return (
    <Table.Thead>
      <Table.Tr>
        {columns.map(({ name, numeric, meaning }) => (
          <Table.Th key={name} ta={numeric === true ? "right" : "left"} title={meaning}>
            {name}
          </Table.Th>
        ))}
      </Table.Tr>
    </Table.Thead>
  );
}
