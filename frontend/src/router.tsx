/** The routes; each page in pages/ is loaded lazily. */
import { Skeleton } from "@mantine/core";
import {
  createRootRoute,
  createRoute,
  createRouter,
  lazyRouteComponent,
  redirect,
} from "@tanstack/react-router";
import { Empty } from "./components/answers/Empty.tsx";
import { ErrorNotice } from "./components/answers/ErrorNotice.tsx";
import { Layout } from "./pages/Layout.tsx";
import { backtestsSearch, compareSearch, jobsSearch, labSearch } from "./pages/search.ts";

const root = createRootRoute({
  component: Layout,
  notFoundComponent: () => <Empty what="There is no page at this address" />,
});

const home = createRoute({
  getParentRoute: () => root,
  path: "/",
  beforeLoad: () => {
    throw redirect({ to: "/backtests", replace: true });
  },
});

const backtests = createRoute({
  getParentRoute: () => root,
  path: "/backtests",
  validateSearch: backtestsSearch,
  component: lazyRouteComponent(() => import("./pages/BacktestsPage.tsx"), "BacktestsPage"),
});

const backtest = createRoute({
  getParentRoute: () => root,
  path: "/backtests/$jobId",
  component: lazyRouteComponent(() => import("./pages/BacktestPage.tsx"), "BacktestPage"),
});

const compare = createRoute({
  getParentRoute: () => root,
  path: "/compare",
  validateSearch: compareSearch,
  component: lazyRouteComponent(() => import("./pages/ComparePage.tsx"), "ComparePage"),
});

const jobs = createRoute({
  getParentRoute: () => root,
  path: "/jobs",
  validateSearch: jobsSearch,
  component: lazyRouteComponent(() => import("./pages/JobsPage.tsx"), "JobsPage"),
});

const job = createRoute({
  getParentRoute: () => root,
  path: "/jobs/$jobId",
  component: lazyRouteComponent(() => import("./pages/JobPage.tsx"), "JobPage"),
});

const models = createRoute({
  getParentRoute: () => root,
  path: "/models",
  validateSearch: labSearch,
  component: lazyRouteComponent(
    () => import("./pages/ModelLabPage/ModelLabPage.tsx"),
    "ModelLabPage",
  ),
});

const signals = createRoute({
  getParentRoute: () => root,
  path: "/signals",
  component: lazyRouteComponent(() => import("./pages/SignalsPage.tsx"), "SignalsPage"),
});

const autopilot = createRoute({
  getParentRoute: () => root,
  path: "/autopilot",
  component: lazyRouteComponent(() => import("./pages/AutopilotPage.tsx"), "AutopilotPage"),
});

const health = createRoute({
  getParentRoute: () => root,
  path: "/health",
  component: lazyRouteComponent(() => import("./pages/HealthPage.tsx"), "HealthPage"),
});

const routes = root.addChildren([
  home,
  backtests,
  backtest,
  compare,
  jobs,
  job,
  models,
  signals,
  autopilot,
  health,
]);

export const router = createRouter({
  routeTree: routes,
  defaultPreload: "intent",
  defaultPendingComponent: () => <Skeleton h={320} />,
  defaultErrorComponent: ({ error }) => (
    <ErrorNotice
      error={error instanceof Error ? error : new Error(String(error))}
      title="This page could not be shown"
    />
  ),
});

declare module "@tanstack/react-router" {
  interface Register {
    router: typeof router;
  }
}
