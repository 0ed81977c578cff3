/** Training, versions and history of models. */
import { Stack, Tabs, Title } from "@mantine/core";
import { getRouteApi } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { LAB_TABS, type LabTab } from "../search.ts";
import { HistoryTab } from "./HistoryTab.tsx";
import { TrainingTab } from "./TrainingTab.tsx";
import { VersionsTab } from "./VersionsTab.tsx";

const route = getRouteApi("/models");

const TITLES: Readonly<Record<LabTab, string>> = {
  training: "Training",
  versions: "Versions",
  history: "History",
};

const CONTENTS: Readonly<Record<LabTab, () => ReactNode>> = {
  training: TrainingTab,
  versions: VersionsTab,
  history: HistoryTab,
};

export function ModelLabPage() {
  const { tab = "training" } = route.useSearch();
  const navigate = route.useNavigate();
  function open(name: string | null): void {
    const next = LAB_TABS.find((one) => one === name);
    if (next === undefined || next === tab) return;
    // only the link "Train again with changes" fills the form with a version's parameters
    void navigate({
      search: ({ version }) => ({
        tab: next,
        ...(version === undefined || next === "training" ? {} : { version }),
      }),
    });
  }
  return (
    <Stack gap="lg">
      <Title order={1} size="h3">
        Model lab
      </Title>
      <Tabs value={tab} onChange={open} keepMounted={false}>
        <Tabs.List mb="lg" aria-label="Model lab">
          {LAB_TABS.map((name) => (
            <Tabs.Tab key={name} value={name}>
              {TITLES[name]}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        {LAB_TABS.map((name) => {
          const Content = CONTENTS[name];
          return (
            <Tabs.Panel key={name} value={name}>
              <Content />
            </Tabs.Panel>
          );
        })}
      </Tabs>
    </Stack>
  );
}
