/** The routes; what they show is in pages/. */
import { Text } from "@mantine/core";
import { createRootRoute, createRoute, createRouter } from "@tanstack/react-router";
import { BacktestPage } from "./pages/BacktestPage.tsx";
import { HomePage } from "./pages/HomePage.tsx";
import { Layout } from "./pages/Layout.tsx";

const root = createRootRoute({
  component: Layout,
  notFoundComponent: () => <Text c="dimmed">There is nothing at this address.</Text>,
});

const home = createRoute({ getParentRoute: () => root, path: "/", component: HomePage });

const backtest = createRoute({
  getParentRoute: () => root,
  path: "/backtests/$jobId",
  component: function BacktestRoute() {
    return <BacktestPage jobId={backtest.useParams().jobId} />;
  },
});

const routes = root.addChildren([home, backtest]);

export const router = createRouter({ routeTree: routes });

declare module "@tanstack/react-router" {
  interface Register {
    router: typeof router;
  }
}
