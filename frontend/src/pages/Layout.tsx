/** The frame around every page; it follows the tab's one event stream. */
import { ActionIcon, Anchor, Container, Group, Text, useMantineColorScheme } from "@mantine/core";
import { Link, Outlet } from "@tanstack/react-router";
import { DataBanner } from "../components/shell/DataBanner.tsx";
import { DataLine } from "../components/shell/DataLine.tsx";
import { Navigation } from "../components/shell/Navigation.tsx";
import { StreamBadge } from "../components/shell/StreamBadge.tsx";
import { TokenPrompt } from "../components/shell/TokenPrompt.tsx";
import { useJobProgress } from "../hooks/useJobProgress.ts";

export function Layout() {
  const stream = useJobProgress();
  return (
    <>
      <a className="skip" href="#content">
        Skip to the content
      </a>
      <TokenPrompt />
      <DataBanner />
      <header className="header">
        <Container size="xl" py="sm">
          <Group justify="space-between">
            <Group gap="lg">
              <Anchor
                c="inherit"
                fw={700}
                underline="never"
                renderRoot={(props) => <Link to="/" {...props} />}
              >
                Quant Engine
              </Anchor>
              <Navigation />
            </Group>
            <Group gap="sm">
              <StreamBadge state={stream} />
              <SchemeButton />
            </Group>
          </Group>
        </Container>
      </header>
      <Container component="main" size="xl" py="lg" id="content" tabIndex={-1}>
        <Outlet />
      </Container>
      <Container component="footer" size="xl" pb="lg">
        <DataLine />
        <Text size="xs" c="dimmed">
          Charts by{" "}
          <Anchor href="https://www.tradingview.com/" size="xs" rel="noreferrer">
            TradingView Lightweight Charts™
          </Anchor>
          , © TradingView, Inc.
        </Text>
      </Container>
    </>
  );
}

function SchemeButton() {
  const { toggleColorScheme } = useMantineColorScheme();
  return (
    <ActionIcon
      variant="default"
      onClick={toggleColorScheme}
      aria-label="Switch between light and dark"
    >
      <svg width="16" height="16" viewBox="0 0 16 16" aria-hidden="true">
        <circle cx="8" cy="8" r="6" fill="none" stroke="currentColor" strokeWidth="1.5" />
        <path d="M8 2a6 6 0 0 1 0 12z" fill="currentColor" />
      </svg>
    </ActionIcon>
  );
}
