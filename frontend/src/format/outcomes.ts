/** The summary of a job as a sentence, for lists. */

import type { BacktestSummary } from "../types/backtests.ts";
import type { AutopilotSummary, PredictSummary, TrainSummary } from "../types/jobs.ts";
import { coefficient, count, money, percent, ratio, signedPercent } from "./figures.ts";

/** Number of top names in a sentence. */
const NAMED = 3;

export function backtestOutcome(result: BacktestSummary): string {
  const { metrics, final_equity, model_version, first_date, last_date } = result;
  return (
    `${percent(metrics.total_return)} to ${money(final_equity)}, with model ${model_version}, ` +
    `${first_date} to ${last_date}`
  );
}

export function trainingOutcome(result: TrainSummary): string {
  const { version, feature_mode, n_tickers, first_date, last_date, scores } = result;
  const scoreTexts = scores.map(
    ({ horizon, rank_ic, rank_ic_t, hit_rate, n_predictions, n_folds }) =>
      `at ${horizon} days rank IC ${coefficient(rank_ic)} (t ${ratio(rank_ic_t)}), ` +
      `hit rate ${percent(hit_rate)}, of ${count(n_predictions)} predictions in ${n_folds} folds`,
  );
  const model = `Model ${version}: ${n_tickers} names, ${feature_mode} features, ${first_date} to ${last_date}`;
  return [model, ...scoreTexts].join("; ");
}

export function predictionOutcome(result: PredictSummary): string {
  const { model_version, as_of, horizon, n_tickers, top } = result;
  const best = top
    .slice(0, NAMED)
    .map(({ ticker, predicted_return }) => `${ticker} ${signedPercent(predicted_return)}`);
  const first = best.length === 0 ? "" : `: ${best.join(", ")}`;
  return `${count(n_tickers)} names ranked as of ${as_of} for ${horizon} days ahead, with model ${model_version}${first}`;
}

export function autopilotOutcome(result: AutopilotSummary): string {
  const { dry_run, retrained, promoted, model_version, reason, metrics } = result;
  const changes = [
    retrained ? "retrained" : "not retrained",
    promoted ? "new rules promoted" : "no new rules",
    ...(model_version === null ? [] : [`model ${model_version} in force`]),
    ...(metrics === null
      ? []
      : [`${percent(metrics.total_return)}, Sharpe ratio ${ratio(metrics.sharpe)}`]),
  ].join(", ");
  return `${dry_run ? "Dry run" : "Cycle"}: ${changes}. ${reason}`;
}
