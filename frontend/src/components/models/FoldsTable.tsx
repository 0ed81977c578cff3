/** The folds of a model version: training end, first use, and file. */
import { Code, Table } from "@mantine/core";
import { count } from "../../format/figures.ts";
import type { ModelManifest } from "../../types/models.ts";

export function FoldsTable({ folds }: { folds: ModelManifest["folds"] }) {
  return (
    <Table.ScrollContainer minWidth={1000} maxHeight={420} scrollAreaProps={SCROLLED}>
      <Table className="figures" verticalSpacing={4} stickyHeader>
        <Table.Thead>
          <Table.Tr>
            <Table.Th ta="right">Horizon</Table.Th>
            <Table.Th>Trained to</Table.Th>
            <Table.Th>Used from</Table.Th>
            <Table.Th ta="right">Rows</Table.Th>
            <Table.Th>File</Table.Th>
            <Table.Th>SHA-256</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {folds.map(({ horizon, train_end, test_start, n_rows, file }) => (
            <Table.Tr key={file.name}>
              <Table.Td ta="right">{horizon} d</Table.Td>
              <Table.Td>{train_end}</Table.Td>
              <Table.Td>{test_start ?? "for new predictions"}</Table.Td>
              <Table.Td ta="right">{count(n_rows)}</Table.Td>
              <Table.Td>{file.name}</Table.Td>
              <Table.Td>
                <Code>{file.sha256}</Code>
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}

/** Focusable, so that the keyboard can scroll it. */
const SCROLLED = { viewportProps: { tabIndex: 0, role: "region", "aria-label": "Folds" } } as const;
