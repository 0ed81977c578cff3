/** The scores of a version at one horizon: ensemble, members, and feature importance. */
import { SimpleGrid, Stack, Table, Text, Title } from "@mantine/core";
import { ofLargest } from "../../format/derived.ts";
import { coefficient, count, percent, ratio } from "../../format/figures.ts";
import type { HorizonScore } from "../../types/models.ts";
import { ScrollRegion } from "../answers/ScrollRegion.tsx";

export function HorizonScores({ score }: { score: HorizonScore }) {
  const { horizon, n_predictions, n_folds, importance } = score;
  return (
    <Stack gap="xs">
      <Title order={3} size="h6">
        {horizon} trading days ahead
      </Title>
      <Text size="sm" c="dimmed">
        Out of sample: {count(n_predictions)} predictions in {count(n_folds)} folds.
      </Text>
      <SimpleGrid cols={{ base: 1, md: 2 }} spacing="xl">
        <MembersTable score={score} />
        {importance.length === 0 ? (
          <Text size="sm" c="dimmed">
            Feature importance was not measured when this version was trained.
          </Text>
        ) : (
          <ImportanceTable importance={importance} />
        )}
      </SimpleGrid>
    </Stack>
  );
}

function MembersTable({ score }: { score: HorizonScore }) {
  const { rank_ic, rank_ic_t, hit_rate, members } = score;
  return (
    <ScrollRegion label={`Members, ${score.horizon} days`} minWidth={340}>
      <Table className="figures" verticalSpacing={5}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>Member</Table.Th>
            <Table.Th ta="right">Rank IC</Table.Th>
            <Table.Th ta="right">t</Table.Th>
            <Table.Th ta="right">Hit rate</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          <MemberRow name="Ensemble" figures={{ rank_ic, rank_ic_t, hit_rate }} strong />
          {members.map((member) => (
            <MemberRow key={member.member} name={member.member} figures={member} />
          ))}
        </Table.Tbody>
      </Table>
    </ScrollRegion>
  );
}

interface MemberProps {
  name: string;
  figures: Pick<HorizonScore["members"][number], "rank_ic" | "rank_ic_t" | "hit_rate">;
  strong?: boolean;
}

function MemberRow({ name, figures, strong = false }: MemberProps) {
  const fw = strong ? 700 : 400;
  return (
    <Table.Tr fw={fw}>
      <Table.Th scope="row" fw={fw}>
        {name}
      </Table.Th>
      <Table.Td ta="right">{coefficient(figures.rank_ic)}</Table.Td>
      <Table.Td ta="right">{ratio(figures.rank_ic_t)}</Table.Td>
      <Table.Td ta="right">{percent(figures.hit_rate)}</Table.Td>
    </Table.Tr>
  );
}

function ImportanceTable({ importance }: { importance: HorizonScore["importance"] }) {
  const shareOf = ofLargest(importance.map((one) => one.importance));
  return (
    <Table className="figures" verticalSpacing={3} withRowBorders={false} layout="fixed">
      <Table.Thead>
        <Table.Tr>
          <Table.Th w="40%">Feature</Table.Th>
          <Table.Th>Importance</Table.Th>
          <Table.Th w={72} ta="right">
            Share
          </Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {importance.map((one) => (
          <Table.Tr key={one.feature}>
            <Table.Th scope="row" fw={400} className="unbroken">
              {one.feature}
            </Table.Th>
            <Table.Td>
              <span className="share" aria-hidden="true">
                <span style={{ width: `${100 * shareOf(one.importance)}%` }} />
              </span>
            </Table.Td>
            <Table.Td ta="right">{percent(one.importance)}</Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}
