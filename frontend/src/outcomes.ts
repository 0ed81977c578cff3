/** What came of a finished job, in a sentence for lists. */
import { count, percent, ratio } from "./figures.ts";
import type { BacktestSummary } from "./types/backtests.ts";
import type { TrainSummary } from "./types/jobs.ts";

export function backtestOutcome(result: BacktestSummary): string {
  const { metrics, final_equity, model_version } = result;
  return `${percent(metrics.total_return)} to ${count(final_equity)}, with model ${model_version}`;
}

export function trainingOutcome(result: TrainSummary): string {
  const { version, feature_mode, n_tickers, first_date, last_date, scores } = result;
  const said = scores.map(
    ({ horizon, rank_ic, rank_ic_t, hit_rate, n_predictions, n_folds }) =>
      `at ${horizon} days rank IC ${ratio(rank_ic)} (t ${ratio(rank_ic_t)}), ` +
      `hit rate ${percent(hit_rate)}, of ${count(n_predictions)} predictions in ${n_folds} folds`,
  );
  const made = `Model ${version}: ${n_tickers} names, ${feature_mode} features, ${first_date} to ${last_date}`;
  return [made, ...said].join("; ");
}
