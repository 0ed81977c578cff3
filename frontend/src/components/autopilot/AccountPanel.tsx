/** The paper account: value, positions, orders, trades and rules. */
import { Stack, Text, Title } from "@mantine/core";
import type { ReactNode } from "react";
import { usePaperAccount } from "../../api/queries/useAutopilot.ts";
import { investedShare, returnOf } from "../../format/derived.ts";
import { basisPoints, count, money, percent } from "../../format/figures.ts";
import type { PaperAccount } from "../../types/autopilot.ts";
import { Answer } from "../answers/Answer.tsx";
import { Empty } from "../answers/Empty.tsx";
import { Facts } from "../answers/Facts.tsx";
import { Panel } from "../answers/Panel.tsx";
import { VersionLink } from "../models/VersionLink.tsx";
import { AccountCurve } from "./AccountCurve.tsx";
import { Gain } from "./Gain.tsx";
import { PendingTable, PositionsTable } from "./HoldingsTables.tsx";
import { PaperTradesTable } from "./PaperTradesTable.tsx";

export function AccountPanel() {
  return (
    <Panel title="Paper account">
      <Answer query={usePaperAccount()} title="The paper account could not be read" height={480}>
        {(account) =>
          account === null ? (
            <Empty what="No paper trades yet">
              Run a cycle that is not a dry run. It trades the model and rules in force with
              simulated money.
            </Empty>
          ) : (
            <Account account={account} />
          )
        }
      </Answer>
    </Panel>
  );
}

function Account({ account }: { account: PaperAccount }) {
  const closed = account.trades.filter(({ exit_reason }) => exit_reason !== "open");
  return (
    <Stack gap="lg">
      <Worth account={account} />
      <AccountCurve account={account} />
      <Part title={`Positions (${count(account.positions.length)})`}>
        <PositionsTable account={account} />
      </Part>
      <Part title={`Orders for the next session (${count(account.pending.length)})`}>
        <PendingTable orders={account.pending} />
      </Part>
      <Part title={`Closed trades (${count(closed.length)})`}>
        <PaperTradesTable trades={closed} />
      </Part>
      <Part title="Rules">
        <Rules rules={account.rules} />
      </Part>
    </Stack>
  );
}

function Part({ title, children }: { title: string; children: ReactNode }) {
  return (
    <div>
      <Title order={3} size="h5" mb="xs">
        {title}
      </Title>
      {children}
    </div>
  );
}

function Worth({ account }: { account: PaperAccount }) {
  const { equity, cash, invested, initial_cash, opened_on, as_of, model_version } = account;
  return (
    <Facts
      facts={[
        {
          name: `Equity on ${as_of}`,
          value: (
            <Text size="xl" fw={600}>
              {money(equity)}
            </Text>
          ),
        },
        {
          name: `Since ${opened_on}`,
          meaning: `Initial cash: ${money(initial_cash)}`,
          value: (
            <Text size="xl" fw={600}>
              <Gain value={returnOf(account)} format={percent} />
            </Text>
          ),
        },
        { name: "Cash", value: money(cash) },
        { name: "Invested", value: `${money(invested)} (${percent(investedShare(account))})` },
        { name: "Initial cash", value: money(initial_cash) },
        { name: "Model", value: <VersionLink version={model_version} /> },
        { name: "Account", value: account.account },
      ]}
    />
  );
}

function Rules({ rules }: { rules: PaperAccount["rules"] }) {
  const { holding_period, max_positions, entry_threshold, position_size } = rules;
  return (
    <Facts
      facts={[
        { name: "Entry threshold", value: percent(entry_threshold) },
        { name: "Position size", value: `${percent(position_size)} of equity` },
        { name: "Max positions", value: count(max_positions) },
        { name: "Holding period", value: `${count(holding_period)} sessions` },
        {
          name: "Risk management",
          meaning: "Stop-loss, volatility target and drawdown breaker",
          value: rules.risk_management ? "on" : "off",
        },
        { name: "Cost", value: `${basisPoints(rules.cost_bps)} bps of each fill` },
      ]}
    />
  );
}
