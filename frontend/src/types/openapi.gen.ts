// Generated from openapi.json by `npm run types`; do not edit.

import type { Figure } from "./figures.ts";

export interface paths {
    "/api/autopilot/latest": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get Latest Cycle
         * @description Read the latest research cycle with its decisions; null before the first cycle.
         */
        get: operations["get_latest_cycle"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/autopilot/paper": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get Paper Account
         * @description Read the paper account as of its last session; null before its first trade.
         */
        get: operations["get_paper_account"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/backtests": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List Backtests
         * @description List finished backtests, newest first.
         */
        get: operations["list_backtests"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/backtests/{job_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get Backtest
         * @description Read a backtest's report.
         */
        get: operations["get_backtest"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/backtests/{job_id}/trades.csv": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get Backtest Trades
         * @description Download a backtest's trades.
         */
        get: operations["get_backtest_trades"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/compute/autopilot": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Submit Autopilot
         * @description Run one research cycle.
         */
        post: operations["submit_autopilot"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/compute/backtest": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Submit Backtest
         * @description Backtest a model's out-of-sample predictions.
         */
        post: operations["submit_backtest"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/compute/predict": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Submit Predict
         * @description Predict the latest returns.
         */
        post: operations["submit_predict"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/compute/train": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Submit Train
         * @description Train a new model version.
         */
        post: operations["submit_train"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/events": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Stream Events
         * @description Follow every job.
         */
        get: operations["stream_events"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/jobs": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List Jobs
         * @description List jobs, newest first.
         */
        get: operations["list_jobs"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/jobs/{job_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get Job
         * @description Read one job.
         */
        get: operations["get_job"];
        put?: never;
        post?: never;
        /**
         * Delete Job
         * @description Delete a final job with its events, its report and its signals.
         */
        delete: operations["delete_job"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/jobs/{job_id}/cancel": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Cancel Job
         * @description Cancel a job: a queued one at once, a running one within 5 s.
         */
        post: operations["cancel_job"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/jobs/{job_id}/events": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Stream Job Events
         * @description Follow one job to its end.
         */
        get: operations["stream_job_events"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/jobs/{job_id}/log": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get Job Log
         * @description Read what a job printed, warned and logged, newest line first.
         */
        get: operations["get_job_log"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/jobs/{job_id}/log/events": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Stream Job Log
         * @description Follow a job's log to the job's end, oldest line first.
         */
        get: operations["stream_job_log"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/jobs/{job_id}/report": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * Delete Job Report
         * @description Delete the report of a backtest or the signals of a prediction, and keep the record.
         */
        delete: operations["delete_job_report"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/models": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List Models
         * @description List model versions, newest first.
         */
        get: operations["list_models"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/models/{version}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get Model
         * @description Read one version's manifest.
         */
        get: operations["get_model"];
        put?: never;
        post?: never;
        /**
         * Delete Model
         * @description Delete a version that nothing refers to.
         */
        delete: operations["delete_model"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/signals/latest": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get Latest Signals
         * @description Read the latest predictions, all names by rank; null before the first prediction.
         */
        get: operations["get_latest_signals"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/system/data-mode": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get Data Mode
         * @description Read which data the service computes on.
         */
        get: operations["get_data_mode"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/system/disagreement-history": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get Disagreement History
         * @description Read how far the members of ensembles disagreed: one snapshot per version, horizon and day.
         */
        get: operations["get_disagreement_history"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/system/execution-quality": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get Execution Quality
         * @description Read what paper orders cost, compared with the prices at which they were decided.
         */
        get: operations["get_execution_quality"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/system/health": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get Health
         * @description Run every health check; 200 also when the verdict is `failing`.
         */
        get: operations["get_health"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/system/ic-history": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get Ic History
         * @description Read how well models ranked the names: one snapshot per version, horizon and day.
         */
        get: operations["get_ic_history"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/system/model-age": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get Model Age
         * @description Read the age of the model in use; `absent` before the first training.
         */
        get: operations["get_model_age"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        AnyJobEvent: components["schemas"]["PositionEvent"] | components["schemas"]["StatusEvent"] | components["schemas"]["StartedEvent"] | components["schemas"]["ProgressEvent"] | components["schemas"]["CompletedEvent"] | components["schemas"]["FailedEvent"] | components["schemas"]["CancelledEvent"] | components["schemas"]["DeletedEvent"] | components["schemas"]["ResetEvent"];
        /** @enum {string} */
        AnyJobEventName: "position" | "status" | "started" | "progress" | "completed" | "failed" | "cancelled" | "deleted" | "reset";
        /**
         * ApiError
         * @description What went wrong and what to do about it.
         */
        ApiError: {
            code: components["schemas"]["ErrorCode"];
            /** Fields */
            fields: components["schemas"]["FieldError"][];
            /** Message */
            message: string;
        };
        /** ApiFailure[NoneType] */
        ApiFailure_NoneType_: {
            /** Data */
            data: null;
            error: components["schemas"]["ApiError"];
            meta: components["schemas"]["ResponseMeta"];
            /**
             * Ok
             * @constant
             */
            ok: false;
        };
        /** ApiSuccess[BacktestPage] */
        ApiSuccess_BacktestPage_: {
            data: components["schemas"]["BacktestPage"];
            /** Error */
            error: null;
            meta: components["schemas"]["ResponseMeta"];
            /**
             * Ok
             * @constant
             */
            ok: true;
        };
        /** ApiSuccess[BacktestReport] */
        ApiSuccess_BacktestReport_: {
            data: components["schemas"]["BacktestReport"];
            /** Error */
            error: null;
            meta: components["schemas"]["ResponseMeta"];
            /**
             * Ok
             * @constant
             */
            ok: true;
        };
        /** ApiSuccess[DataModeReport] */
        ApiSuccess_DataModeReport_: {
            data: components["schemas"]["DataModeReport"];
            /** Error */
            error: null;
            meta: components["schemas"]["ResponseMeta"];
            /**
             * Ok
             * @constant
             */
            ok: true;
        };
        /** ApiSuccess[DeletedJob] */
        ApiSuccess_DeletedJob_: {
            data: components["schemas"]["DeletedJob"];
            /** Error */
            error: null;
            meta: components["schemas"]["ResponseMeta"];
            /**
             * Ok
             * @constant
             */
            ok: true;
        };
        /** ApiSuccess[DeletedModel] */
        ApiSuccess_DeletedModel_: {
            data: components["schemas"]["DeletedModel"];
            /** Error */
            error: null;
            meta: components["schemas"]["ResponseMeta"];
            /**
             * Ok
             * @constant
             */
            ok: true;
        };
        /** ApiSuccess[DisagreementHistory] */
        ApiSuccess_DisagreementHistory_: {
            data: components["schemas"]["DisagreementHistory"];
            /** Error */
            error: null;
            meta: components["schemas"]["ResponseMeta"];
            /**
             * Ok
             * @constant
             */
            ok: true;
        };
        /** ApiSuccess[ExecutionQuality] */
        ApiSuccess_ExecutionQuality_: {
            data: components["schemas"]["ExecutionQuality"];
            /** Error */
            error: null;
            meta: components["schemas"]["ResponseMeta"];
            /**
             * Ok
             * @constant
             */
            ok: true;
        };
        /** ApiSuccess[Health] */
        ApiSuccess_Health_: {
            data: components["schemas"]["Health"];
            /** Error */
            error: null;
            meta: components["schemas"]["ResponseMeta"];
            /**
             * Ok
             * @constant
             */
            ok: true;
        };
        /** ApiSuccess[IcHistory] */
        ApiSuccess_IcHistory_: {
            data: components["schemas"]["IcHistory"];
            /** Error */
            error: null;
            meta: components["schemas"]["ResponseMeta"];
            /**
             * Ok
             * @constant
             */
            ok: true;
        };
        /** ApiSuccess[JobPage] */
        ApiSuccess_JobPage_: {
            data: components["schemas"]["JobPage"];
            /** Error */
            error: null;
            meta: components["schemas"]["ResponseMeta"];
            /**
             * Ok
             * @constant
             */
            ok: true;
        };
        /** ApiSuccess[JobRecord] */
        ApiSuccess_JobRecord_: {
            data: components["schemas"]["JobRecord"];
            /** Error */
            error: null;
            meta: components["schemas"]["ResponseMeta"];
            /**
             * Ok
             * @constant
             */
            ok: true;
        };
        /** ApiSuccess[LogPage] */
        ApiSuccess_LogPage_: {
            data: components["schemas"]["LogPage"];
            /** Error */
            error: null;
            meta: components["schemas"]["ResponseMeta"];
            /**
             * Ok
             * @constant
             */
            ok: true;
        };
        /** ApiSuccess[ModelAge] */
        ApiSuccess_ModelAge_: {
            data: components["schemas"]["ModelAge"];
            /** Error */
            error: null;
            meta: components["schemas"]["ResponseMeta"];
            /**
             * Ok
             * @constant
             */
            ok: true;
        };
        /** ApiSuccess[ModelManifest] */
        ApiSuccess_ModelManifest_: {
            data: components["schemas"]["ModelManifest"];
            /** Error */
            error: null;
            meta: components["schemas"]["ResponseMeta"];
            /**
             * Ok
             * @constant
             */
            ok: true;
        };
        /** ApiSuccess[ModelPage] */
        ApiSuccess_ModelPage_: {
            data: components["schemas"]["ModelPage"];
            /** Error */
            error: null;
            meta: components["schemas"]["ResponseMeta"];
            /**
             * Ok
             * @constant
             */
            ok: true;
        };
        /** ApiSuccess[Union[AutopilotCycle, NoneType]] */
        ApiSuccess_Union_AutopilotCycle__NoneType__: {
            data: components["schemas"]["AutopilotCycle"] | null;
            /** Error */
            error: null;
            meta: components["schemas"]["ResponseMeta"];
            /**
             * Ok
             * @constant
             */
            ok: true;
        };
        /** ApiSuccess[Union[PaperAccount, NoneType]] */
        ApiSuccess_Union_PaperAccount__NoneType__: {
            data: components["schemas"]["PaperAccount"] | null;
            /** Error */
            error: null;
            meta: components["schemas"]["ResponseMeta"];
            /**
             * Ok
             * @constant
             */
            ok: true;
        };
        /** ApiSuccess[Union[SignalsReport, NoneType]] */
        ApiSuccess_Union_SignalsReport__NoneType__: {
            data: components["schemas"]["SignalsReport"] | null;
            /** Error */
            error: null;
            meta: components["schemas"]["ResponseMeta"];
            /**
             * Ok
             * @constant
             */
            ok: true;
        };
        /**
         * AutopilotCycle
         * @description A research cycle, while it runs and afterwards.
         */
        AutopilotCycle: {
            /** Completed At */
            completed_at: string | null;
            /** Cycle Id */
            cycle_id: string;
            /** Decisions */
            decisions: (components["schemas"]["RefreshDecision"] | components["schemas"]["ScoreDecision"] | components["schemas"]["RetrainDecision"] | components["schemas"]["CandidatesDecision"] | components["schemas"]["PromoteDecision"] | components["schemas"]["TradeDecision"])[];
            params: components["schemas"]["AutopilotParameters"];
            /**
             * Started At
             * Format: date-time
             */
            started_at: string;
        };
        /**
         * AutopilotJob
         * @description A research cycle's job.
         */
        AutopilotJob: {
            /**
             * Attempt
             * @description 0 before the first start.
             */
            attempt: number;
            /** Cancel Requested */
            cancel_requested: boolean;
            /** Completed At */
            completed_at: string | null;
            /**
             * Created At
             * Format: date-time
             */
            created_at: string;
            /** @description Why the job failed. */
            error: components["schemas"]["ApiError"] | null;
            /** Job Id */
            job_id: string;
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            job_type: "autopilot";
            params: components["schemas"]["AutopilotParameters"];
            /**
             * Progress
             * @description Fraction done, rising within an attempt.
             */
            progress: Figure<"fraction">;
            /**
             * Progress Message
             * @description The stage in words.
             */
            progress_message: string | null;
            result: components["schemas"]["AutopilotSummary"] | null;
            /**
             * Revision
             * @description Rises by one with each logged change.
             */
            revision: number;
            /**
             * Started At
             * @description Start of the current attempt; null while queued.
             */
            started_at: string | null;
            status: components["schemas"]["JobStatus"];
        };
        /**
         * AutopilotParameters
         * @description Run one research cycle: retrain if needed, try rules, promote, trade on paper.
         */
        AutopilotParameters: {
            /**
             * Dry Run
             * @description Decide, but change nothing.
             * @default false
             */
            dry_run: boolean;
            /**
             * Full Universe
             * @description Every name of the data; not together with tickers.
             * @default false
             */
            full_universe: boolean;
            /**
             * Years
             * @description Years of history to walk forward over.
             * @default 15
             */
            years: number;
        };
        /**
         * AutopilotRequest
         * @description Request one research cycle.
         */
        AutopilotRequest: {
            /**
             * Dry Run
             * @description Decide, but change nothing.
             * @default false
             */
            dry_run?: boolean;
            /**
             * Full Universe
             * @description Every name of the data; not together with tickers.
             * @default false
             */
            full_universe?: boolean;
            /**
             * Years
             * @description Years of history to walk forward over.
             * @default 15
             */
            years?: number;
        };
        /**
         * AutopilotSummary
         * @description The summary of a research cycle in its job record.
         */
        AutopilotSummary: {
            /** Decisions */
            decisions: (components["schemas"]["RefreshDecision"] | components["schemas"]["ScoreDecision"] | components["schemas"]["RetrainDecision"] | components["schemas"]["CandidatesDecision"] | components["schemas"]["PromoteDecision"] | components["schemas"]["TradeDecision"])[];
            /** Dry Run */
            dry_run: boolean;
            metrics: components["schemas"]["Metrics"] | null;
            /** Model Version */
            model_version: string | null;
            /** Promoted */
            promoted: boolean;
            /** Reason */
            reason: string;
            /** Retrained */
            retrained: boolean;
        };
        /**
         * BacktestItem
         * @description One finished backtest in a list.
         */
        BacktestItem: {
            /**
             * Completed At
             * Format: date-time
             */
            completed_at: string;
            /**
             * First Date
             * Format: date
             */
            first_date: string;
            /** Job Id */
            job_id: string;
            /**
             * Last Date
             * Format: date
             */
            last_date: string;
            metrics: components["schemas"]["Metrics"];
            /** Model Version */
            model_version: string;
            params: components["schemas"]["BacktestParameters"];
            /** Report Deleted At */
            report_deleted_at: string | null;
        };
        /**
         * BacktestJob
         * @description A backtest job.
         */
        BacktestJob: {
            /**
             * Attempt
             * @description 0 before the first start.
             */
            attempt: number;
            /** Cancel Requested */
            cancel_requested: boolean;
            /** Completed At */
            completed_at: string | null;
            /**
             * Created At
             * Format: date-time
             */
            created_at: string;
            /** @description Why the job failed. */
            error: components["schemas"]["ApiError"] | null;
            /** Job Id */
            job_id: string;
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            job_type: "backtest";
            params: components["schemas"]["BacktestParameters"];
            /**
             * Progress
             * @description Fraction done, rising within an attempt.
             */
            progress: Figure<"fraction">;
            /**
             * Progress Message
             * @description The stage in words.
             */
            progress_message: string | null;
            /**
             * Report Deleted At
             * @description When the report was deleted and the record kept; set without a new revision.
             */
            report_deleted_at: string | null;
            result: components["schemas"]["BacktestSummary"] | null;
            /**
             * Revision
             * @description Rises by one with each logged change.
             */
            revision: number;
            /**
             * Started At
             * @description Start of the current attempt; null while queued.
             */
            started_at: string | null;
            status: components["schemas"]["JobStatus"];
        };
        /**
         * BacktestPage
         * @description One page of finished backtests, newest first, and the cursor of the next.
         */
        BacktestPage: {
            /** Items */
            items: components["schemas"]["BacktestItem"][];
            /** Next Cursor */
            next_cursor: string | null;
        };
        /**
         * BacktestParameters
         * @description Trade a model's out-of-sample predictions over past bars.
         */
        BacktestParameters: {
            /**
             * Entry Threshold
             * @description An entry needs a predicted return above this.
             * @default 0.01
             */
            entry_threshold: Figure<"fraction">;
            /**
             * Feature Mode
             * @description Which features the model uses.
             * @default core
             * @enum {string}
             */
            feature_mode: "core" | "full";
            /**
             * Full Universe
             * @description Every name of the data; not together with tickers.
             * @default false
             */
            full_universe: boolean;
            /**
             * Holding Period
             * @description Trading days after which a position is closed.
             * @default 10
             */
            holding_period: number;
            /**
             * Horizon
             * @description Trading days ahead that the model predicts.
             * @default 10
             */
            horizon: number;
            /**
             * Max Positions
             * @description Most positions at once.
             * @default 10
             */
            max_positions: number;
            /**
             * Position Size
             * @description Fraction of equity per entry.
             * @default 0.1
             */
            position_size: Figure<"fraction">;
            /**
             * Risk Management
             * @description Stop-loss, volatility target and drawdown breaker.
             * @default false
             */
            risk_management: boolean;
            /**
             * Tickers
             * @description These names. If empty: the core list, or every name of the data with the full universe.
             */
            tickers: string[] | null;
            /**
             * Version
             * @description Model version; `latest` means the newest that fits when the job starts.
             * @default latest
             */
            version: string;
            /**
             * Years
             * @description Years of trading, counted back from the last bar.
             * @default 15
             */
            years: number;
        };
        /**
         * BacktestReport
         * @description The result of one backtest; `dates`, `equity`, `benchmark` and `drawdown` have the same length.
         */
        BacktestReport: {
            /** Benchmark */
            benchmark: Figure<"currency">[];
            benchmark_metrics: components["schemas"]["Metrics"];
            /** Dates */
            dates: string[];
            /** Drawdown */
            drawdown: Figure<"fraction">[];
            /** Equity */
            equity: Figure<"currency">[];
            /**
             * First Date
             * Format: date
             */
            first_date: string;
            /** Job Id */
            job_id: string;
            /**
             * Last Date
             * Format: date
             */
            last_date: string;
            metrics: components["schemas"]["Metrics"];
            /** Monthly Returns */
            monthly_returns: components["schemas"]["MonthlyReturn"][];
            params: components["schemas"]["BacktestParameters"];
            provenance: components["schemas"]["Provenance"];
            /** Tickers */
            tickers: string[];
            /** Trades */
            trades: components["schemas"]["Trade"][];
        };
        /**
         * BacktestRequest
         * @description Request a backtest.
         */
        BacktestRequest: {
            /**
             * Entry Threshold
             * @description An entry needs a predicted return above this.
             * @default 0.01
             */
            entry_threshold?: Figure<"fraction">;
            /**
             * Feature Mode
             * @description Which features the model uses.
             * @default core
             * @enum {string}
             */
            feature_mode?: "core" | "full";
            /**
             * Full Universe
             * @description Every name of the data; not together with tickers.
             * @default false
             */
            full_universe?: boolean;
            /**
             * Holding Period
             * @description Trading days after which a position is closed.
             * @default 10
             */
            holding_period?: number;
            /**
             * Horizon
             * @description Trading days ahead that the model predicts.
             * @default 10
             */
            horizon?: number;
            /**
             * Max Positions
             * @description Most positions at once.
             * @default 10
             */
            max_positions?: number;
            /**
             * Position Size
             * @description Fraction of equity per entry.
             * @default 0.1
             */
            position_size?: Figure<"fraction">;
            /**
             * Risk Management
             * @description Stop-loss, volatility target and drawdown breaker.
             * @default false
             */
            risk_management?: boolean;
            /**
             * Tickers
             * @description These names. If empty: the core list, or every name of the data with the full universe.
             * @default null
             */
            tickers?: string[] | null;
            /**
             * Version
             * @description Model version; `latest` means the newest that fits when the job starts.
             * @default latest
             */
            version?: string;
            /**
             * Years
             * @description Years of trading, counted back from the last bar.
             * @default 15
             */
            years?: number;
        };
        /**
         * BacktestSummary
         * @description The summary of a backtest in its job record.
         */
        BacktestSummary: {
            /** Final Equity */
            final_equity: Figure<"currency">;
            /**
             * First Date
             * Format: date
             */
            first_date: string;
            /**
             * Last Date
             * Format: date
             */
            last_date: string;
            metrics: components["schemas"]["Metrics"];
            /** Model Version */
            model_version: string;
        };
        /** @description The frame of `cancelled`. `data` is JSON of a JobRecord. */
        CancelledEvent: {
            data: string;
            /** @constant */
            event: "cancelled";
            id: string;
            retry?: number;
        };
        /**
         * Candidate
         * @description One set of trading rules and its result.
         */
        Candidate: {
            /** Accepted */
            accepted: boolean;
            /** Entry Threshold */
            entry_threshold: Figure<"fraction">;
            /** Excess Sharpe */
            excess_sharpe: Figure<"ratio"> | null;
            /** Holding Period */
            holding_period: number;
            /** N Trades */
            n_trades: number;
            /** Position Size */
            position_size: Figure<"fraction">;
            /** Risk Management */
            risk_management: boolean;
            /** Sharpe */
            sharpe: Figure<"ratio"> | null;
            /** Skill Probability */
            skill_probability: Figure<"fraction"> | null;
        };
        /**
         * CandidatesDecision
         * @description The candidates, walked forward over the same out-of-sample predictions; best first.
         */
        CandidatesDecision: {
            /** Candidates */
            candidates: components["schemas"]["Candidate"][];
            /**
             * First Date
             * Format: date
             */
            first_date: string;
            /**
             * Last Date
             * Format: date
             */
            last_date: string;
            /** N Trials */
            n_trials: number;
            /**
             * Outcome
             * @enum {string}
             */
            outcome: "some_accepted" | "none_accepted";
            /** Reason */
            reason: string;
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            step: "candidates";
        };
        /**
         * Check
         * @description The result of one health check.
         */
        Check: {
            /** Action */
            action: string | null;
            /** Name */
            name: string;
            /** Reason */
            reason: string;
            /**
             * Status
             * @enum {string}
             */
            status: "ok" | "degraded" | "failing";
            /** Threshold */
            threshold: string;
        };
        /** @description The frame of `completed`. `data` is JSON of a JobRecord. */
        CompletedEvent: {
            data: string;
            /** @constant */
            event: "completed";
            id: string;
            retry?: number;
        };
        /**
         * DataModeReport
         * @description Which data the service computes on.
         */
        DataModeReport: {
            /** Fallbacks */
            fallbacks: string[];
            /**
             * First Date
             * Format: date
             */
            first_date: string;
            /**
             * Last Date
             * Format: date
             */
            last_date: string;
            /**
             * Mode
             * @enum {string}
             */
            mode: "demo" | "live";
            /**
             * Source
             * @enum {string}
             */
            source: "demo" | "files";
            /**
             * Status
             * @enum {string}
             */
            status: "fresh" | "stale";
            /** Survivorship Biased */
            survivorship_biased: boolean;
            /** Tickers */
            tickers: string[];
        };
        /**
         * Deleted
         * @description The job that was deleted, with everything that belongs to it.
         */
        Deleted: {
            /** Job Id */
            job_id: string;
        };
        /** @description The frame of `deleted`. `data` is JSON of a Deleted. */
        DeletedEvent: {
            data: string;
            /** @constant */
            event: "deleted";
            id: string;
            retry?: number;
        };
        /**
         * DeletedJob
         * @description What was deleted with a job.
         */
        DeletedJob: {
            /**
             * Events
             * @description Events of its log.
             */
            events: number;
            /** Job Id */
            job_id: string;
            /**
             * Log Lines
             * @description Lines of what it printed and logged.
             */
            log_lines: number;
            /**
             * Report
             * @description The report of a backtest.
             */
            report: boolean;
            /**
             * Signals
             * @description The signals of a prediction.
             */
            signals: boolean;
        };
        /**
         * DeletedModel
         * @description The version that was deleted.
         */
        DeletedModel: {
            /** Version */
            version: string;
        };
        /**
         * DisagreementHistory
         * @description How far ensemble members disagreed, in the order of recording.
         */
        DisagreementHistory: {
            /** Snapshots */
            snapshots: components["schemas"]["DisagreementSnapshot"][];
        };
        /**
         * DisagreementSnapshot
         * @description The standard deviation across ensemble members, on one session and usually.
         */
        DisagreementSnapshot: {
            /**
             * As Of
             * Format: date
             */
            as_of: string;
            /** Disagreement */
            disagreement: Figure<"fraction">;
            /** Horizon */
            horizon: number;
            /** N Tickers */
            n_tickers: number;
            /**
             * Recorded At
             * Format: date-time
             */
            recorded_at: string;
            /** Usual Disagreement */
            usual_disagreement: Figure<"fraction">;
            /** Version */
            version: string;
        };
        /** @description The frame of `done`. `data` is JSON of a JobRecord. */
        DoneEvent: {
            data: string;
            /** @constant */
            event: "done";
            id: string;
            retry?: number;
        };
        /**
         * ErrorCode
         * @description Why a request or a job failed; a closed set, one HTTP status each (`api/errors.py`).
         * @enum {string}
         */
        ErrorCode: "bad_request" | "unauthorized" | "bad_origin" | "bad_host" | "not_found" | "job_not_found" | "backtest_not_found" | "unknown_version" | "method_not_allowed" | "job_already_final" | "job_not_final" | "model_in_use" | "job_deleted" | "report_deleted" | "body_too_large" | "unsupported_media_type" | "invalid" | "unknown_ticker" | "history_too_short" | "survivorship_unavailable" | "idempotency_key_reused" | "no_model" | "queue_full" | "internal" | "unavailable" | "worker_lost" | "job_timeout" | "job_error";
        /**
         * ExecutionFill
         * @description One filled order.
         */
        ExecutionFill: {
            /** Account */
            account: string;
            /** Cost Bps */
            cost_bps: Figure<"bps">;
            /**
             * Decided On
             * Format: date
             */
            decided_on: string;
            /** Decision Price */
            decision_price: Figure<"currency">;
            /** Fill Price */
            fill_price: Figure<"currency">;
            /**
             * Filled On
             * Format: date
             */
            filled_on: string;
            /** Order Id */
            order_id: string;
            /** Shares */
            shares: Figure<"shares">;
            /** Shortfall Bps */
            shortfall_bps: Figure<"bps">;
            /**
             * Side
             * @enum {string}
             */
            side: "buy" | "sell";
            /** Ticker */
            ticker: string;
        };
        /**
         * ExecutionQuality
         * @description The cost of the stored fills; null where there are too few.
         */
        ExecutionQuality: {
            /** Assumed Cost Bps */
            assumed_cost_bps: Figure<"bps"> | null;
            /** Fills */
            fills: components["schemas"]["ExecutionFill"][];
            /** First Filled On */
            first_filled_on: string | null;
            /** Last Filled On */
            last_filled_on: string | null;
            /** Mean Shortfall Bps */
            mean_shortfall_bps: Figure<"bps"> | null;
            /** N Fills */
            n_fills: number;
            /** Standard Error Bps */
            standard_error_bps: Figure<"bps"> | null;
        };
        /** @description The frame of `failed`. `data` is JSON of a JobRecord. */
        FailedEvent: {
            data: string;
            /** @constant */
            event: "failed";
            id: string;
            retry?: number;
        };
        /**
         * FeatureImportance
         * @description How much a feature changes predictions, as a share of the change by all features.
         */
        FeatureImportance: {
            /** Feature */
            feature: string;
            /** Importance */
            importance: Figure<"fraction">;
        };
        /**
         * FieldError
         * @description One request field that is wrong; `path` is dotted, such as `tickers.0` or `query.limit`.
         */
        FieldError: {
            /** Message */
            message: string;
            /** Path */
            path: string;
        };
        /**
         * Fold
         * @description One fold's model: trained on labels known by `train_end`, used from `test_start` on.
         */
        Fold: {
            file: components["schemas"]["ModelFile"];
            /** Horizon */
            horizon: number;
            /** N Rows */
            n_rows: number;
            /** Test Start */
            test_start: string | null;
            /**
             * Train End
             * Format: date
             */
            train_end: string;
        };
        /**
         * Health
         * @description The results of all health checks; `status` is the worst of them.
         */
        Health: {
            /** Checks */
            checks: components["schemas"]["Check"][];
            /**
             * Status
             * @enum {string}
             */
            status: "ok" | "degraded" | "failing";
        };
        /**
         * HorizonHeadline
         * @description How well the out-of-sample predictions of one horizon ranked the names.
         */
        HorizonHeadline: {
            /** Hit Rate */
            hit_rate: Figure<"fraction"> | null;
            /** Horizon */
            horizon: number;
            /** N Folds */
            n_folds: number;
            /** N Predictions */
            n_predictions: number;
            /** Rank Ic */
            rank_ic: Figure<"coefficient"> | null;
            /** Rank Ic T */
            rank_ic_t: Figure<"ratio"> | null;
        };
        /**
         * HorizonScore
         * @description The full score of a horizon; old versions have no scores of members and no importance.
         */
        HorizonScore: {
            /** Hit Rate */
            hit_rate: Figure<"fraction"> | null;
            /** Horizon */
            horizon: number;
            /**
             * Importance
             * @default []
             */
            importance: components["schemas"]["FeatureImportance"][];
            /**
             * Members
             * @default []
             */
            members: components["schemas"]["MemberScore"][];
            /** N Folds */
            n_folds: number;
            /** N Predictions */
            n_predictions: number;
            /** Rank Ic */
            rank_ic: Figure<"coefficient"> | null;
            /** Rank Ic T */
            rank_ic_t: Figure<"ratio"> | null;
        };
        /**
         * IcHistory
         * @description How well models ranked the names, in the order of recording.
         */
        IcHistory: {
            /** Snapshots */
            snapshots: components["schemas"]["IcSnapshot"][];
        };
        /**
         * IcSnapshot
         * @description The information coefficient of a model over the last sessions with a known outcome.
         */
        IcSnapshot: {
            /**
             * As Of
             * Format: date
             */
            as_of: string;
            /** Horizon */
            horizon: number;
            /** N Sessions */
            n_sessions: number;
            /** Rank Ic */
            rank_ic: Figure<"coefficient">;
            /** Rank Ic T */
            rank_ic_t: Figure<"ratio"> | null;
            /**
             * Recorded At
             * Format: date-time
             */
            recorded_at: string;
            /** Version */
            version: string;
        };
        JobEvent: components["schemas"]["StatusEvent"] | components["schemas"]["StartedEvent"] | components["schemas"]["ProgressEvent"] | components["schemas"]["CompletedEvent"] | components["schemas"]["FailedEvent"] | components["schemas"]["CancelledEvent"] | components["schemas"]["DoneEvent"];
        /** @enum {string} */
        JobEventName: "status" | "started" | "progress" | "completed" | "failed" | "cancelled" | "done";
        JobLogEvent: components["schemas"]["LineEvent"] | components["schemas"]["SkippedEvent"] | components["schemas"]["DoneEvent"];
        /** @enum {string} */
        JobLogEventName: "line" | "skipped" | "done";
        /**
         * JobPage
         * @description One page of jobs, newest first, and the cursor of the next.
         */
        JobPage: {
            /** Items */
            items: components["schemas"]["JobRecord"][];
            /** Next Cursor */
            next_cursor: string | null;
        };
        JobRecord: components["schemas"]["TrainJob"] | components["schemas"]["PredictJob"] | components["schemas"]["BacktestJob"] | components["schemas"]["AutopilotJob"];
        /**
         * JobStatus
         * @description The status of a job; the last three are final.
         * @enum {string}
         */
        JobStatus: "queued" | "running" | "succeeded" | "failed" | "cancelled";
        /**
         * JobType
         * @description The type of a job.
         * @enum {string}
         */
        JobType: "train" | "predict" | "backtest" | "autopilot";
        /** @description The frame of `line`. `data` is JSON of a LogLine. */
        LineEvent: {
            data: string;
            /** @constant */
            event: "line";
            id: string;
            retry?: number;
        };
        /**
         * LogLevel
         * @description How much a line matters; the order is that of the list.
         * @enum {string}
         */
        LogLevel: "debug" | "info" | "warning" | "error" | "critical";
        /**
         * LogLine
         * @description One line of a job's log.
         */
        LogLine: {
            /**
             * At
             * Format: date-time
             */
            at: string;
            /**
             * Attempt
             * @description The attempt that wrote it.
             */
            attempt: number;
            level: components["schemas"]["LogLevel"];
            /**
             * Line
             * @description Counts every line, also those that are not kept.
             */
            line: number;
            source: components["schemas"]["LogSource"];
            /**
             * Text
             * @description Without secrets; what cannot be printed is escaped.
             */
            text: string;
        };
        /**
         * LogPage
         * @description One page of a job's log, newest line first, and the cursor of the next.
         */
        LogPage: {
            /** Items */
            items: components["schemas"]["LogLine"][];
            /** Next Cursor */
            next_cursor: string | null;
        };
        /**
         * LogSource
         * @description Where a line comes from.
         * @enum {string}
         */
        LogSource: "stdout" | "stderr" | "logging" | "warnings" | "traceback";
        /**
         * MemberScore
         * @description How well one member of the ensemble ranked the names, on the same sessions.
         */
        MemberScore: {
            /** Hit Rate */
            hit_rate: Figure<"fraction"> | null;
            /** Member */
            member: string;
            /** Rank Ic */
            rank_ic: Figure<"coefficient"> | null;
            /** Rank Ic T */
            rank_ic_t: Figure<"ratio"> | null;
        };
        /**
         * Metrics
         * @description Performance of an equity curve of daily closes; null where a figure does not exist.
         */
        Metrics: {
            /** Cagr */
            cagr: Figure<"fraction"> | null;
            /** Calmar */
            calmar: Figure<"ratio"> | null;
            /** Exposure */
            exposure: Figure<"fraction">;
            /** Hit Rate */
            hit_rate: Figure<"fraction"> | null;
            /** Max Drawdown */
            max_drawdown: Figure<"fraction">;
            /** N Trades */
            n_trades: number;
            /** Sharpe */
            sharpe: Figure<"ratio"> | null;
            /** Sortino */
            sortino: Figure<"ratio"> | null;
            /** Total Return */
            total_return: Figure<"fraction">;
            /** Turnover */
            turnover: Figure<"ratio"> | null;
            /** Volatility */
            volatility: Figure<"fraction"> | null;
        };
        /**
         * ModelAge
         * @description The age of the model in use.
         */
        ModelAge: {
            /** Age Days */
            age_days: Figure<"days"> | null;
            /**
             * Relative To
             * @enum {string}
             */
            relative_to: "now" | "last_bar";
            /**
             * Status
             * @enum {string}
             */
            status: "fresh" | "stale" | "absent";
            /** Trained At */
            trained_at: string | null;
            /** Version */
            version: string | null;
        };
        /**
         * ModelFile
         * @description One file of a version, and the hash that detects damage.
         */
        ModelFile: {
            /** Name */
            name: string;
            /** Sha256 */
            sha256: string;
        };
        /**
         * ModelManifest
         * @description Everything about a version except the models.
         */
        ModelManifest: {
            /** Data Fingerprint */
            data_fingerprint: string;
            /**
             * Data Mode
             * @enum {string}
             */
            data_mode: "demo" | "live";
            /**
             * Data Source
             * @enum {string}
             */
            data_source: "demo" | "files";
            /**
             * Feature Mode
             * @enum {string}
             */
            feature_mode: "core" | "full";
            /** Features */
            features: string[];
            /**
             * First Date
             * Format: date
             */
            first_date: string;
            /** Folds */
            folds: components["schemas"]["Fold"][];
            /** Horizons */
            horizons: number[];
            /**
             * Last Date
             * Format: date
             */
            last_date: string;
            /** Libraries */
            libraries: {
                [key: string]: string;
            };
            params: components["schemas"]["TrainParameters"];
            /** Prediction Fingerprint */
            prediction_fingerprint: string;
            predictions: components["schemas"]["ModelFile"];
            /** Scores */
            scores: components["schemas"]["HorizonScore"][];
            /** Seed */
            seed: number;
            /** Survivorship Biased */
            survivorship_biased: boolean;
            /** Tickers */
            tickers: string[];
            /**
             * Trained At
             * Format: date-time
             */
            trained_at: string;
            /** Version */
            version: string;
        };
        /**
         * ModelPage
         * @description One page of model versions, newest first, and the cursor of the next.
         */
        ModelPage: {
            /** Items */
            items: components["schemas"]["ModelManifest"][];
            /** Next Cursor */
            next_cursor: string | null;
        };
        /**
         * MonthlyReturn
         * @description Return of one calendar month.
         */
        MonthlyReturn: {
            /** Month */
            month: number;
            /** Return Fraction */
            return_fraction: Figure<"fraction">;
            /** Year */
            year: number;
        };
        /**
         * PaperAccount
         * @description The paper account as of its last session; `dates` and `equity_curve` have the same length.
         */
        PaperAccount: {
            /** Account */
            account: string;
            /**
             * As Of
             * Format: date
             */
            as_of: string;
            /** Cash */
            cash: Figure<"currency">;
            /** Dates */
            dates: string[];
            /** Equity */
            equity: Figure<"currency">;
            /** Equity Curve */
            equity_curve: Figure<"currency">[];
            /** Fills */
            fills: components["schemas"]["PaperFill"][];
            /** Initial Cash */
            initial_cash: Figure<"currency">;
            /** Invested */
            invested: Figure<"currency">;
            /** Model Version */
            model_version: string;
            /**
             * Opened On
             * Format: date
             */
            opened_on: string;
            /** Pending */
            pending: components["schemas"]["PaperOrder"][];
            /** Positions */
            positions: components["schemas"]["PaperPosition"][];
            rules: components["schemas"]["PaperRules"];
            /** Trades */
            trades: components["schemas"]["Trade"][];
        };
        /**
         * PaperFill
         * @description A filled order.
         */
        PaperFill: {
            /**
             * Decided On
             * Format: date
             */
            decided_on: string;
            /** Decision Price */
            decision_price: Figure<"currency">;
            /** Fee */
            fee: Figure<"currency">;
            /** Fill Price */
            fill_price: Figure<"currency">;
            /**
             * Filled On
             * Format: date
             */
            filled_on: string;
            /** Number */
            number: number;
            /** Order Id */
            order_id: string;
            /** Predicted Return */
            predicted_return: Figure<"fraction"> | null;
            /**
             * Reason
             * @enum {string}
             */
            reason: "entry" | "holding_period" | "stop_loss" | "drawdown_breaker" | "price_lost";
            /** Shares */
            shares: Figure<"shares">;
            /**
             * Side
             * @enum {string}
             */
            side: "buy" | "sell";
            /**
             * Status
             * @enum {string}
             */
            status: "filled" | "partial";
            /** Ticker */
            ticker: string;
            /** Wanted Shares */
            wanted_shares: Figure<"shares">;
        };
        /**
         * PaperOrder
         * @description An entry for the close after `decided_on`; it expires if that close does not fill it.
         */
        PaperOrder: {
            /**
             * Decided On
             * Format: date
             */
            decided_on: string;
            /** Decision Price */
            decision_price: Figure<"currency">;
            /** Order Id */
            order_id: string;
            /** Predicted Return */
            predicted_return: Figure<"fraction">;
            /**
             * Reason
             * @constant
             */
            reason: "entry";
            /**
             * Side
             * @constant
             */
            side: "buy";
            /**
             * Status
             * @constant
             */
            status: "pending";
            /** Ticker */
            ticker: string;
        };
        /**
         * PaperPosition
         * @description Shares that are held, marked at the last session.
         */
        PaperPosition: {
            /**
             * Entry Date
             * Format: date
             */
            entry_date: string;
            /** Entry Number */
            entry_number: number;
            /** Entry Price */
            entry_price: Figure<"currency">;
            /** Last Price */
            last_price: Figure<"currency">;
            /** Predicted Return */
            predicted_return: Figure<"fraction">;
            /** Shares */
            shares: Figure<"shares">;
            /** Ticker */
            ticker: string;
        };
        /**
         * PaperRules
         * @description How the account trades; the fields of `Rules`.
         */
        PaperRules: {
            /** Cost Bps */
            cost_bps: Figure<"bps">;
            /** Entry Threshold */
            entry_threshold: Figure<"fraction">;
            /** Holding Period */
            holding_period: number;
            /** Max Positions */
            max_positions: number;
            /** Position Size */
            position_size: Figure<"fraction">;
            /** Risk Management */
            risk_management: boolean;
        };
        /**
         * Position
         * @description Nothing: the id of its frame says where the client is, so that it can resume before anything happens.
         */
        Position: Record<string, never>;
        /** @description The frame of `position`. `data` is JSON of a Position. */
        PositionEvent: {
            data: string;
            /** @constant */
            event: "position";
            id: string;
            retry?: number;
        };
        /**
         * PredictJob
         * @description A prediction job.
         */
        PredictJob: {
            /**
             * Attempt
             * @description 0 before the first start.
             */
            attempt: number;
            /** Cancel Requested */
            cancel_requested: boolean;
            /** Completed At */
            completed_at: string | null;
            /**
             * Created At
             * Format: date-time
             */
            created_at: string;
            /** @description Why the job failed. */
            error: components["schemas"]["ApiError"] | null;
            /** Job Id */
            job_id: string;
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            job_type: "predict";
            params: components["schemas"]["PredictParameters"];
            /**
             * Progress
             * @description Fraction done, rising within an attempt.
             */
            progress: Figure<"fraction">;
            /**
             * Progress Message
             * @description The stage in words.
             */
            progress_message: string | null;
            /**
             * Report Deleted At
             * @description When the report was deleted and the record kept; set without a new revision.
             */
            report_deleted_at: string | null;
            result: components["schemas"]["PredictSummary"] | null;
            /**
             * Revision
             * @description Rises by one with each logged change.
             */
            revision: number;
            /**
             * Started At
             * @description Start of the current attempt; null while queued.
             */
            started_at: string | null;
            status: components["schemas"]["JobStatus"];
        };
        /**
         * PredictParameters
         * @description Score today's names with a model version.
         */
        PredictParameters: {
            /**
             * Feature Mode
             * @description Which features the model uses.
             * @default core
             * @enum {string}
             */
            feature_mode: "core" | "full";
            /**
             * Full Universe
             * @description Every name of the data; not together with tickers.
             * @default false
             */
            full_universe: boolean;
            /**
             * Horizon
             * @description Trading days ahead that the model predicts.
             * @default 10
             */
            horizon: number;
            /**
             * Tickers
             * @description These names. If empty: the core list, or every name of the data with the full universe.
             */
            tickers: string[] | null;
            /**
             * Version
             * @description Model version; `latest` means the newest that fits when the job starts.
             * @default latest
             */
            version: string;
            /**
             * Years
             * @description Years of past predictions that each new one is compared with.
             * @default 2
             */
            years: number;
        };
        /**
         * PredictRequest
         * @description Request the latest predictions.
         */
        PredictRequest: {
            /**
             * Feature Mode
             * @description Which features the model uses.
             * @default core
             * @enum {string}
             */
            feature_mode?: "core" | "full";
            /**
             * Full Universe
             * @description Every name of the data; not together with tickers.
             * @default false
             */
            full_universe?: boolean;
            /**
             * Horizon
             * @description Trading days ahead that the model predicts.
             * @default 10
             */
            horizon?: number;
            /**
             * Tickers
             * @description These names. If empty: the core list, or every name of the data with the full universe.
             * @default null
             */
            tickers?: string[] | null;
            /**
             * Version
             * @description Model version; `latest` means the newest that fits when the job starts.
             * @default latest
             */
            version?: string;
            /**
             * Years
             * @description Years of past predictions that each new one is compared with.
             * @default 2
             */
            years?: number;
        };
        /**
         * PredictSummary
         * @description The summary of predictions in their job record; the strongest names only.
         */
        PredictSummary: {
            /**
             * As Of
             * Format: date
             */
            as_of: string;
            /** Horizon */
            horizon: number;
            /** Model Version */
            model_version: string;
            /** N Tickers */
            n_tickers: number;
            /** Top */
            top: components["schemas"]["Signal"][];
        };
        /** @description The frame of `progress`. `data` is JSON of a JobRecord. */
        ProgressEvent: {
            data: string;
            /** @constant */
            event: "progress";
            id: string;
            retry?: number;
        };
        /**
         * PromoteDecision
         * @description Which version and rules are in force after the cycle.
         */
        PromoteDecision: {
            /** Held Out Return */
            held_out_return: Figure<"fraction"> | null;
            metrics: components["schemas"]["Metrics"] | null;
            /** Model Version */
            model_version: string | null;
            /**
             * Outcome
             * @enum {string}
             */
            outcome: "promoted" | "kept" | "rejected";
            /** Reason */
            reason: string;
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            step: "promote";
            strategy: components["schemas"]["BacktestParameters"] | null;
        };
        /**
         * Provenance
         * @description The code, model and data that a result was computed from.
         */
        Provenance: {
            /** Code Version */
            code_version: string;
            /** Data Fingerprint */
            data_fingerprint: string;
            /**
             * Data Mode
             * @enum {string}
             */
            data_mode: "demo" | "live";
            /** Data Source */
            data_source: string;
            /** Model Version */
            model_version: string;
            /** Seed */
            seed: number;
            /** Survivorship Biased */
            survivorship_biased: boolean;
        };
        /**
         * RefreshDecision
         * @description Which data the cycle uses.
         */
        RefreshDecision: {
            /** Data Fingerprint */
            data_fingerprint: string;
            /**
             * Last Date
             * Format: date
             */
            last_date: string;
            /** N New Sessions */
            n_new_sessions: number;
            /** N Problems */
            n_problems: number;
            /**
             * Outcome
             * @enum {string}
             */
            outcome: "new_sessions" | "no_new_sessions";
            /** Reason */
            reason: string;
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            step: "refresh";
        };
        /**
         * Reset
         * @description The stream cannot continue where the client stopped, and starts again.
         */
        Reset: {
            /**
             * Reason
             * @enum {string}
             */
            reason: "expired" | "unknown_id";
        };
        /** @description The frame of `reset`. `data` is JSON of a Reset. */
        ResetEvent: {
            data: string;
            /** @constant */
            event: "reset";
            id: string;
            retry?: number;
        };
        /**
         * ResponseMeta
         * @description About the response itself.
         */
        ResponseMeta: {
            /** Data Mode */
            data_mode: ("demo" | "live") | null;
            /** Elapsed Ms */
            elapsed_ms: Figure<"ms">;
            /**
             * Generated At
             * Format: date-time
             */
            generated_at: string;
            /** Request Id */
            request_id: string;
            /** Warnings */
            warnings: string[];
        };
        /**
         * RetrainDecision
         * @description Whether a new version was trained.
         */
        RetrainDecision: {
            /** Causes */
            causes: ("absent" | "stale" | "decayed" | "revised" | "universe" | "years")[];
            /** Model Version */
            model_version: string;
            /**
             * Outcome
             * @enum {string}
             */
            outcome: "trained" | "reused" | "kept";
            /** Prediction Fingerprint */
            prediction_fingerprint: string;
            /** Rank Ic */
            rank_ic: Figure<"coefficient"> | null;
            /** Rank Ic T */
            rank_ic_t: Figure<"ratio"> | null;
            /** Reason */
            reason: string;
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            step: "retrain";
        };
        /**
         * ScoreDecision
         * @description How well the current model ranked the names on recent sessions.
         */
        ScoreDecision: {
            /** Disagreement */
            disagreement: Figure<"fraction"> | null;
            /** Model Version */
            model_version: string | null;
            /** N Sessions */
            n_sessions: number;
            /**
             * Outcome
             * @enum {string}
             */
            outcome: "holds" | "decayed" | "unknown" | "absent";
            /** Rank Ic */
            rank_ic: Figure<"coefficient"> | null;
            /** Rank Ic T */
            rank_ic_t: Figure<"ratio"> | null;
            /** Reason */
            reason: string;
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            step: "score";
            /** Usual Disagreement */
            usual_disagreement: Figure<"fraction"> | null;
            /** Usual Rank Ic */
            usual_rank_ic: Figure<"coefficient"> | null;
        };
        /**
         * Signal
         * @description The latest prediction for one name.
         */
        Signal: {
            /** Disagreement */
            disagreement: Figure<"fraction">;
            /** Predicted Return */
            predicted_return: Figure<"fraction">;
            /** Rank */
            rank: number;
            /** Ticker */
            ticker: string;
            /** Z Score */
            z_score: Figure<"ratio"> | null;
        };
        /**
         * SignalsReport
         * @description The latest prediction for every name, highest first.
         */
        SignalsReport: {
            /**
             * As Of
             * Format: date
             */
            as_of: string;
            /** Horizon */
            horizon: number;
            /** Job Id */
            job_id: string;
            params: components["schemas"]["PredictParameters"];
            provenance: components["schemas"]["Provenance"];
            /** Signals */
            signals: components["schemas"]["Signal"][];
        };
        /** @description The frame of `skipped`. `data` is JSON of a SkippedLines. */
        SkippedEvent: {
            data: string;
            /** @constant */
            event: "skipped";
            id: string;
            retry?: number;
        };
        /**
         * SkippedLines
         * @description Lines that are not kept: the job wrote more than its log holds, or they could not be stored.
         */
        SkippedLines: {
            /**
             * First
             * @description The number of the first one.
             */
            first: number;
            /**
             * Last
             * @description The number of the last one.
             */
            last: number;
        };
        /** @description The frame of `started`. `data` is JSON of a JobRecord. */
        StartedEvent: {
            data: string;
            /** @constant */
            event: "started";
            id: string;
            retry?: number;
        };
        /** @description The frame of `status`; the only one that may have any status. `data` is JSON of a JobRecord. */
        StatusEvent: {
            data: string;
            /** @constant */
            event: "status";
            id: string;
            retry?: number;
        };
        /**
         * Trade
         * @description One position from entry to exit; `exit_reason` open: still held at the end, marked to market.
         */
        Trade: {
            /** Cost Bps */
            cost_bps: Figure<"bps">;
            /**
             * Entry Date
             * Format: date
             */
            entry_date: string;
            /** Entry Price */
            entry_price: Figure<"currency">;
            /** Exit Date */
            exit_date: string | null;
            /** Exit Price */
            exit_price: Figure<"currency">;
            /**
             * Exit Reason
             * @enum {string}
             */
            exit_reason: "holding_period" | "stop_loss" | "drawdown_breaker" | "price_lost" | "open";
            /** Holding Days */
            holding_days: number;
            /** Predicted Return */
            predicted_return: Figure<"fraction">;
            /** Profit */
            profit: Figure<"currency">;
            /** Return Fraction */
            return_fraction: Figure<"fraction">;
            /** Shares */
            shares: Figure<"shares">;
            /** Ticker */
            ticker: string;
        };
        /**
         * TradeDecision
         * @description What the paper account traded.
         */
        TradeDecision: {
            /** As Of */
            as_of: string | null;
            /** Equity */
            equity: Figure<"currency"> | null;
            /** N Fills */
            n_fills: number;
            /** N Pending */
            n_pending: number;
            /** N Sessions */
            n_sessions: number;
            /**
             * Outcome
             * @enum {string}
             */
            outcome: "traded" | "nothing_new" | "nothing_in_force";
            /** Reason */
            reason: string;
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            step: "trade";
        };
        /**
         * TrainJob
         * @description A training job.
         */
        TrainJob: {
            /**
             * Attempt
             * @description 0 before the first start.
             */
            attempt: number;
            /** Cancel Requested */
            cancel_requested: boolean;
            /** Completed At */
            completed_at: string | null;
            /**
             * Created At
             * Format: date-time
             */
            created_at: string;
            /** @description Why the job failed. */
            error: components["schemas"]["ApiError"] | null;
            /** Job Id */
            job_id: string;
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            job_type: "train";
            params: components["schemas"]["TrainParameters"];
            /**
             * Progress
             * @description Fraction done, rising within an attempt.
             */
            progress: Figure<"fraction">;
            /**
             * Progress Message
             * @description The stage in words.
             */
            progress_message: string | null;
            result: components["schemas"]["TrainSummary"] | null;
            /**
             * Revision
             * @description Rises by one with each logged change.
             */
            revision: number;
            /**
             * Started At
             * @description Start of the current attempt; null while queued.
             */
            started_at: string | null;
            status: components["schemas"]["JobStatus"];
        };
        /**
         * TrainParameters
         * @description Fit a new model version by purged walk-forward.
         */
        TrainParameters: {
            /**
             * Feature Mode
             * @description Which features the model uses.
             * @default core
             * @enum {string}
             */
            feature_mode: "core" | "full";
            /**
             * Full Universe
             * @description Every name of the data; not together with tickers.
             * @default false
             */
            full_universe: boolean;
            /**
             * Horizons
             * @description Trading days ahead to predict, one ensemble each.
             * @default [
             *       10
             *     ]
             */
            horizons: number[];
            /**
             * Survivorship
             * @description Use a point-in-time universe that includes names delisted later.
             * @default false
             */
            survivorship: boolean;
            /**
             * Tickers
             * @description These names. If empty: the core list, or every name of the data with the full universe.
             */
            tickers: string[] | null;
            /**
             * Years
             * @description Years of out-of-sample predictions, counted back from the last bar.
             * @default 15
             */
            years: number;
        };
        /**
         * TrainRequest
         * @description Request a new model version.
         */
        TrainRequest: {
            /**
             * Feature Mode
             * @description Which features the model uses.
             * @default core
             * @enum {string}
             */
            feature_mode?: "core" | "full";
            /**
             * Full Universe
             * @description Every name of the data; not together with tickers.
             * @default false
             */
            full_universe?: boolean;
            /**
             * Horizons
             * @description Trading days ahead to predict, one ensemble each.
             * @default [
             *       10
             *     ]
             */
            horizons?: number[];
            /**
             * Survivorship
             * @description Use a point-in-time universe that includes names delisted later.
             * @default false
             */
            survivorship?: boolean;
            /**
             * Tickers
             * @description These names. If empty: the core list, or every name of the data with the full universe.
             * @default null
             */
            tickers?: string[] | null;
            /**
             * Years
             * @description Years of out-of-sample predictions, counted back from the last bar.
             * @default 15
             */
            years?: number;
        };
        /**
         * TrainSummary
         * @description The summary of a training in its job record.
         */
        TrainSummary: {
            /**
             * Feature Mode
             * @enum {string}
             */
            feature_mode: "core" | "full";
            /**
             * First Date
             * Format: date
             */
            first_date: string;
            /**
             * Last Date
             * Format: date
             */
            last_date: string;
            /** N Tickers */
            n_tickers: number;
            /** Scores */
            scores: components["schemas"]["HorizonHeadline"][];
            /** Version */
            version: string;
        };
    };
    responses: never;
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
    get_latest_cycle: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    "Cache-Control": "no-store";
                    "Content-Encoding"?: "gzip";
                    Vary: "Accept-Encoding";
                    "X-Content-Type-Options": "nosniff";
                    "X-Request-ID": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ApiSuccess_Union_AutopilotCycle__NoneType__"];
                };
            };
            /** @description `unauthorized` */
            401: {
                headers: {
                    "Cache-Control": "no-store";
                    "Content-Encoding"?: "gzip";
                    Vary: "Accept-Encoding";
                    "WWW-Authenticate": "Bearer";
                    "X-Content-Type-Options": "nosniff";
                    "X-Request-ID": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ApiFailure_NoneType_"];
                };
            };
            /** @description `bad_host` */
            421: {
                headers: {
                    "Cache-Control": "no-store";
                    "Content-Encoding"?: "gzip";
                    Vary: "Accept-Encoding";
                    "X-Content-Type-Options": "nosniff";
                    "X-Request-ID": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ApiFailure_NoneType_"];
                };
            };
            /** @description `invalid` */
            422: {
                headers: {
                    "Cache-Control": "no-store";
                    "Content-Encoding"?: "gzip";
                    Vary: "Accept-Encoding";
                    "X-Content-Type-Options": "nosniff";
                    "X-Request-ID": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ApiFailure_NoneType_"];
                };
            };
            /** @description `internal` */
            500: {
                headers: {
                    "Cache-Control": "no-store";
                    "Content-Encoding"?: "gzip";
                    Vary: "Accept-Encoding";
                    "X-Content-Type-Options": "nosniff";
                    "X-Request-ID": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ApiFailure_NoneType_"];
                };
            };
            /** @description `unavailable` */
            503: {
                headers: {
                    "Cache-Control": "no-store";
                    "Content-Encoding"?: "gzip";
                    "Retry-After": "5";
                    Vary: "Accept-Encoding";
                    "X-Content-Type-Options": "nosniff";
                    "X-Request-ID": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ApiFailure_NoneType_"];
                };
            };
        };
    };
    get_paper_account: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    "Cache-Control": "no-store";
                    "Content-Encoding"?: "gzip";
                    Vary: "Accept-Encoding";
                    "X-Content-Type-Options": "nosniff";
                    "X-Request-ID": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ApiSuccess_Union_PaperAccount__NoneType__"];
                };
            };
            /** @description `unauthorized` */
            401: {
                headers: {
                    "Cache-Control": "no-store";
                    "Content-Encoding"?: "gzip";
                    Vary: "Accept-Encoding";
                    "WWW-Authenticate": "Bearer";
                    "X-Content-Type-Options": "nosniff";
                    "X-Request-ID": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ApiFailure_NoneType_"];
                };
            };
            /** @description `bad_host` */
            421: {
                headers: {
                    "Cache-Control": "no-store";
                    "Content-Encoding"?: "gzip";
                    Vary: "Accept-Encoding";
                    "X-Content-Type-Options": "nosniff";
                    "X-Request-ID": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ApiFailure_NoneType_"];
                };
            };
            /** @description `invalid` */
            422: {
                headers: {
                    "Cache-Control": "no-store";
                    "Content-Encoding"?: "gzip";
                    Vary: "Accept-Encoding";
                    "X-Content-Type-Options": "nosniff";
                    "X-Request-ID": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ApiFailure_NoneType_"];
                };
            };
            /** @description `internal` */
            500: {
                headers: {
                    "Cache-Control": "no-store";
                    "Content-Encoding"?: "gzip";
                    Vary: "Accept-Encoding";
                    "X-Content-Type-Options": "nosniff";
                    "X-Request-ID": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ApiFailure_NoneType_"];
                };
            };
            /** @description `unavailable` */
            503: {
                headers: {
                    "Cache-Control": "no-store";
                    "Content-Encoding"?: "gzip";
                    "Retry-After": "5";
                    Vary: "Accept-Encoding";
                    "X-Content-Type-Options": "nosniff";
                    "X-Request-ID": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ApiFailure_NoneType_"];
                };
            };
        };
    };
    list_backtests: {
        parameters: {
            query?: {
                /** @description Items on the page. */
                limit?: number;
                /** @description `next_cursor` of the previous page; opaque. */
                cursor?: string | null;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    "Cache-Control": "no-store";
                    "Content-Encoding"?: "gzip";
                    Vary: "Accept-Encoding";
                    "X-Content-Type-Options": "nosniff";
                    "X-Request-ID": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ApiSuccess_BacktestPage_"];
                };
            };
            /** @description `unauthorized` */
            401: {
                headers: {
                    "Cache-Control": "no-store";
                    "Content-Encoding"?: "gzip";
                    Vary: "Accept-Encoding";
                    "WWW-Authenticate": "Bearer";
                    "X-Content-Type-Options": "nosniff";
                    "X-Request-ID": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ApiFailure_NoneType_"];
                };
            };
            /** @description `bad_host` */
            421: {
                headers: {
                    "Cache-Control": "no-store";
                    "Content-Encoding"?: "gzip";
                    Vary: "Accept-Encoding";
                    "X-Content-Type-Options": "nosniff";
                    "X-Request-ID": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ApiFailure_NoneType_"];
                };
            };
            /** @description `invalid` */
            422: {
                headers: {
                    "Cache-Control": "no-store";
                    "Content-Encoding"?: "gzip";
                    Vary: "Accept-Encoding";
                    "X-Content-Type-Options": "nosniff";
                    "X-Request-ID": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ApiFailure_NoneType_"];
                };
            };
            /** @description `internal` */
            500: {
                headers: {
                    "Cache-Control": "no-store";
                    "Content-Encoding"?: "gzip";
                    Vary: "Accept-Encoding";
                    "X-Content-Type-Options": "nosniff";
                    "X-Request-ID": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ApiFailure_NoneType_"];
                };
            };
            /** @description `unavailable` */
            503: {
                headers: {
                    "Cache-Control": "no-store";
                    "Content-Encoding"?: "gzip";
                    "Retry-After": "5";
                    Vary: "Accept-Encoding";
                    "X-Content-Type-Options": "nosniff";
                    "X-Request-ID": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ApiFailure_NoneType_"];
                };
            };
        };
    };
    get_backtest: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                job_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    "Cache-Control": "no-store";
                    "Content-Encoding"?: "gzip";
                    Vary: "Accept-Encoding";
                    "X-Content-Type-Options": "nosniff";
                    "X-Request-ID": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ApiSuccess_BacktestReport_"];
                };
            };
            /** @description `unauthorized` */
            401: {
                headers: {
                    "Cache-Control": "no-store";
                    "Content-Encoding"?: "gzip";
                    Vary: "Accept-Encoding";
                    "WWW-Authenticate": "Bearer";
                    "X-Content-Type-Options": "nosniff";
                    "X-Request-ID": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ApiFailure_NoneType_"];
                };
            };
            /** @description `backtest_not_found` */
            404: {
                headers: {
                    "Cache-Control": "no-store";
                    "Content-Encoding"?: "gzip";
                    Vary: "Accept-Encoding";
                    "X-Content-Type-Options": "nosniff";
                    "X-Request-ID": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ApiFailure_NoneType_"];
                };
            };
            /** @description `job_not_final` */
            409: {
                headers: {
                    "Cache-Control": "no-store";
                    "Content-Encoding"?: "gzip";
                    Vary: "Accept-Encoding";
                    "X-Content-Type-Options": "nosniff";
                    "X-Request-ID": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ApiFailure_NoneType_"];
                };
            };
            /** @description `report_deleted` */
            410: {
                headers: {
                    "Cache-Control": "no-store";
                    "Content-Encoding"?: "gzip";
                    Vary: "Accept-Encoding";
                    "X-Content-Type-Options": "nosniff";
                    "X-Request-ID": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ApiFailure_NoneType_"];
                };
            };
            /** @description `bad_host` */
            421: {
                headers: {
                    "Cache-Control": "no-store";
                    "Content-Encoding"?: "gzip";
                    Vary: "Accept-Encoding";
                    "X-Content-Type-Options": "nosniff";
                    "X-Request-ID": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ApiFailure_NoneType_"];
                };
            };
            /** @description `invalid` */
            422: {
                headers: {
                    "Cache-Control": "no-store";
                    "Content-Encoding"?: "gzip";
                    Vary: "Accept-Encoding";
                    "X-Content-Type-Options": "nosniff";
                    "X-Request-ID": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ApiFailure_NoneType_"];
                };
            };
            /** @description `internal` */
            500: {
                headers: {
                    "Cache-Control": "no-store";
                    "Content-Encoding"?: "gzip";
                    Vary: "Accept-Encoding";
                    "X-Content-Type-Options": "nosniff";
                    "X-Request-ID": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ApiFailure_NoneType_"];
                };
            };
            /** @description `unavailable` */
            503: {
                headers: {
                    "Cache-Control": "no-store";
                    "Content-Encoding"?: "gzip";
                    "Retry-After": "5";
                    Vary: "Accept-Encoding";
                    "X-Content-Type-Options": "nosniff";
                    "X-Request-ID": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ApiFailure_NoneType_"];
                };
            };
        };
    };
    get_backtest_trades: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                job_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A header row, and one row for each trade. */
            200: {
                headers: {
                    "Cache-Control": "no-store";
                    "Content-Disposition": "attachment; filename=\"trades.csv\"";
                    "Content-Encoding"?: "gzip";
                    Vary: "Accept-Encoding";
                    "X-Content-Type-Options": "nosniff";
                    "X-Request-ID": string;
                    [name: string]: unknown;
                };
                content: {
                    "text/csv": string;
                };
            };
            /** @description `unauthorized` */
            401: {
                headers: {
                    "Cache-Control": "no-store";
                    "Content-Encoding"?: "gzip";
                    Vary: "Accept-Encoding";
                    "WWW-Authenticate": "Bearer";
                    "X-Content-Type-Options": "nosniff";
                    "X-Request-ID": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ApiFailure_NoneType_"];
                };
            };
            /** @description `backtest_not_found` */
            404: {
                headers: {
                    "Cache-Control": "no-store";
                    "Content-Encoding"?: "gzip";
                    Vary: "Accept-Encoding";
                    "X-Content-Type-Options": "nosniff";
                    "X-Request-ID": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ApiFailure_NoneType_"];
                };
            };
            /** @description `job_not_final` */
            409: {
                headers: {
                    "Cache-Control": "no-store";
                    "Content-Encoding"?: "gzip";
                    Vary: "Accept-Encoding";
                    "X-Content-Type-Options": "nosniff";
                    "X-Request-ID": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ApiFailure_NoneType_"];
                };
            };
            /** @description `report_deleted` */
            410: {
                headers: {
                    "Cache-Control": "no-store";
                    "Content-Encoding"?: "gzip";
                    Vary: "Accept-Encoding";
                    "X-Content-Type-Options": "nosniff";
                    "X-Request-ID": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ApiFailure_NoneType_"];
                };
            };
            /** @description `bad_host` */
            421: {
                headers: {
                    "Cache-Control": "no-store";
                    "Content-Encoding"?: "gzip";
                    Vary: "Accept-Encoding";
                    "X-Content-Type-Options": "nosniff";
                    "X-Request-ID": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ApiFailure_NoneType_"];
                };
            };
            /** @description `invalid` */
            422: {
                headers: {
                    "Cache-Control": "no-store";
                    "Content-Encoding"?: "gzip";
                    Vary: "Accept-Encoding";
                    "X-Content-Type-Options": "nosniff";
                    "X-Request-ID": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ApiFailure_NoneType_"];
                };
            };
            /** @description `internal` */
            500: {
                headers: {
                    "Cache-Control": "no-store";
                    "Content-Encoding"?: "gzip";
                    Vary: "Accept-Encoding";
                    "X-Content-Type-Options": "nosniff";
                    "X-Request-ID": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ApiFailure_NoneType_"];
                };
            };
            /** @description `unavailable` */
            503: {
                headers: {
                    "Cache-Control": "no-store";
                    "Content-Encoding"?: "gzip";
                    "Retry-After": "5";
                    Vary: "Accept-Encoding";
                    "X-Content-Type-Options": "nosniff";
                    "X-Request-ID": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ApiFailure_NoneType_"];
                };
            };
        };
    };
    submit_autopilot: {
        parameters: {
            query?: never;
            header?: {
                /** @description A repeat with the same key returns the first job. */
                "idempotency-key"?: string | null;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["AutopilotRequest"];
            };
        };
        responses: {
            /** @description Successful Response */
            202: {
                headers: {
                    "Cache-Control": "no-store";
                    "Content-Encoding"?: "gzip";
                    Location: string;
                    Vary: "Accept-Encoding";
                    "X-Content-Type-Options": "nosniff";
                    "X-Request-ID": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ApiSuccess_JobRecord_"];
                };
            };
            /** @description `bad_request` */
            400: {
                headers: {
                    "Cache-Control": "no-store";
                    "Content-Encoding"?: "gzip";
                    Vary: "Accept-Encoding";
                    "X-Content-Type-Options": "nosniff";
                    "X-Request-ID": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ApiFailure_NoneType_"];
                };
            };
            /** @description `unauthorized` */
            401: {
                headers: {
                    "Cache-Control": "no-store";
                    "Content-Encoding"?: "gzip";
                    Vary: "Accept-Encoding";
                    "WWW-Authenticate": "Bearer";
                    "X-Content-Type-Options": "nosniff";
                    "X-Request-ID": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ApiFailure_NoneType_"];
                };
            };
            /** @description `bad_origin` */
            403: {
                headers: {
                    "Cache-Control": "no-store";
                    "Content-Encoding"?: "gzip";
                    Vary: "Accept-Encoding";
                    "X-Content-Type-Options": "nosniff";
                    "X-Request-ID": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ApiFailure_NoneType_"];
                };
            };
            /** @description `job_deleted` */
            410: {
                headers: {
                    "Cache-Control": "no-store";
                    "Content-Encoding"?: "gzip";
                    Vary: "Accept-Encoding";
                    "X-Content-Type-Options": "nosniff";
                    "X-Request-ID": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ApiFailure_NoneType_"];
                };
            };
            /** @description `body_too_large` */
            413: {
                headers: {
                    "Cache-Control": "no-store";
                    "Content-Encoding"?: "gzip";
                    Vary: "Accept-Encoding";
                    "X-Content-Type-Options": "nosniff";
                    "X-Request-ID": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ApiFailure_NoneType_"];
                };
            };
            /** @description `unsupported_media_type` */
            415: {
                headers: {
                    "Cache-Control": "no-store";
                    "Content-Encoding"?: "gzip";
                    Vary: "Accept-Encoding";
                    "X-Content-Type-Options": "nosniff";
                    "X-Request-ID": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ApiFailure_NoneType_"];
                };
            };
            /** @description `bad_host` */
            421: {
                headers: {
                    "Cache-Control": "no-store";
                    "Content-Encoding"?: "gzip";
                    Vary: "Accept-Encoding";
                    "X-Content-Type-Options": "nosniff";
                    "X-Request-ID": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ApiFailure_NoneType_"];
                };
            };
            /** @description `history_too_short`, `idempotency_key_reused`, `invalid`, `unknown_ticker` */
            422: {
                headers: {
                    "Cache-Control": "no-store";
                    "Content-Encoding"?: "gzip";
                    Vary: "Accept-Encoding";
                    "X-Content-Type-Options": "nosniff";
                    "X-Request-ID": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ApiFailure_NoneType_"];
                };
            };
            /** @description `queue_full` */
            429: {
                headers: {
                    "Cache-Control": "no-store";
                    "Content-Encoding"?: "gzip";
                    "Retry-After": "5";
                    Vary: "Accept-Encoding";
                    "X-Content-Type-Options": "nosniff";
                    "X-Request-ID": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ApiFailure_NoneType_"];
                };
            };
            /** @description `internal` */
            500: {
                headers: {
                    "Cache-Control": "no-store";
                    "Content-Encoding"?: "gzip";
                    Vary: "Accept-Encoding";
                    "X-Content-Type-Options": "nosniff";
                    "X-Request-ID": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ApiFailure_NoneType_"];
                };
            };
            /** @description `unavailable` */
            503: {
                headers: {
                    "Cache-Control": "no-store";
                    "Content-Encoding"?: "gzip";
                    "Retry-After": "5";
                    Vary: "Accept-Encoding";
                    "X-Content-Type-Options": "nosniff";
                    "X-Request-ID": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ApiFailure_NoneType_"];
                };
            };
        };
    };
    submit_backtest: {
        parameters: {
            query?: never;
            header?: {
                /** @description A repeat with the same key returns the first job. */
                "idempotency-key"?: string | null;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["BacktestRequest"];
            };
        };
        responses: {
            /** @description Successful Response */
            202: {
                headers: {
                    "Cache-Control": "no-store";
                    "Content-Encoding"?: "gzip";
                    Location: string;
                    Vary: "Accept-Encoding";
                    "X-Content-Type-Options": "nosniff";
                    "X-Request-ID": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ApiSuccess_JobRecord_"];
                };
            };
            /** @description `bad_request` */
            400: {
                headers: {
                    "Cache-Control": "no-store";
                    "Content-Encoding"?: "gzip";
                    Vary: "Accept-Encoding";
                    "X-Content-Type-Options": "nosniff";
                    "X-Request-ID": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ApiFailure_NoneType_"];
                };
            };
            /** @description `unauthorized` */
            401: {
                headers: {
                    "Cache-Control": "no-store";
                    "Content-Encoding"?: "gzip";
                    Vary: "Accept-Encoding";
                    "WWW-Authenticate": "Bearer";
                    "X-Content-Type-Options": "nosniff";
                    "X-Request-ID": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ApiFailure_NoneType_"];
                };
            };
            /** @description `bad_origin` */
            403: {
                headers: {
                    "Cache-Control": "no-store";
                    "Content-Encoding"?: "gzip";
                    Vary: "Accept-Encoding";
                    "X-Content-Type-Options": "nosniff";
                    "X-Request-ID": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ApiFailure_NoneType_"];
                };
            };
            /** @description `unknown_version` */
            404: {
                headers: {
                    "Cache-Control": "no-store";
                    "Content-Encoding"?: "gzip";
                    Vary: "Accept-Encoding";
                    "X-Content-Type-Options": "nosniff";
                    "X-Request-ID": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ApiFailure_NoneType_"];
                };
            };
            /** @description `job_deleted` */
            410: {
                headers: {
                    "Cache-Control": "no-store";
                    "Content-Encoding"?: "gzip";
                    Vary: "Accept-Encoding";
                    "X-Content-Type-Options": "nosniff";
                    "X-Request-ID": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ApiFailure_NoneType_"];
                };
            };
            /** @description `body_too_large` */
            413: {
                headers: {
                    "Cache-Control": "no-store";
                    "Content-Encoding"?: "gzip";
                    Vary: "Accept-Encoding";
                    "X-Content-Type-Options": "nosniff";
                    "X-Request-ID": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ApiFailure_NoneType_"];
                };
            };
            /** @description `unsupported_media_type` */
            415: {
                headers: {
                    "Cache-Control": "no-store";
                    "Content-Encoding"?: "gzip";
                    Vary: "Accept-Encoding";
                    "X-Content-Type-Options": "nosniff";
                    "X-Request-ID": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ApiFailure_NoneType_"];
                };
            };
            /** @description `bad_host` */
            421: {
                headers: {
                    "Cache-Control": "no-store";
                    "Content-Encoding"?: "gzip";
                    Vary: "Accept-Encoding";
                    "X-Content-Type-Options": "nosniff";
                    "X-Request-ID": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ApiFailure_NoneType_"];
                };
            };
            /** @description `history_too_short`, `idempotency_key_reused`, `invalid`, `no_model`, `unknown_ticker` */
            422: {
                headers: {
                    "Cache-Control": "no-store";
                    "Content-Encoding"?: "gzip";
                    Vary: "Accept-Encoding";
                    "X-Content-Type-Options": "nosniff";
                    "X-Request-ID": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ApiFailure_NoneType_"];
                };
            };
            /** @description `queue_full` */
            429: {
                headers: {
                    "Cache-Control": "no-store";
                    "Content-Encoding"?: "gzip";
                    "Retry-After": "5";
                    Vary: "Accept-Encoding";
                    "X-Content-Type-Options": "nosniff";
                    "X-Request-ID": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ApiFailure_NoneType_"];
                };
            };
            /** @description `internal` */
            500: {
                headers: {
                    "Cache-Control": "no-store";
                    "Content-Encoding"?: "gzip";
                    Vary: "Accept-Encoding";
                    "X-Content-Type-Options": "nosniff";
                    "X-Request-ID": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ApiFailure_NoneType_"];
                };
            };
            /** @description `unavailable` */
            503: {
                headers: {
                    "Cache-Control": "no-store";
                    "Content-Encoding"?: "gzip";
                    "Retry-After": "5";
                    Vary: "Accept-Encoding";
                    "X-Content-Type-Options": "nosniff";
                    "X-Request-ID": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ApiFailure_NoneType_"];
                };
            };
        };
    };
    submit_predict: {
        parameters: {
            query?: never;
            header?: {
                /** @description A repeat with the same key returns the first job. */
                "idempotency-key"?: string | null;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["PredictRequest"];
            };
        };
        responses: {
            /** @description Successful Response */
            202: {
                headers: {
                    "Cache-Control": "no-store";
                    "Content-Encoding"?: "gzip";
                    Location: string;
                    Vary: "Accept-Encoding";
                    "X-Content-Type-Options": "nosniff";
                    "X-Request-ID": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ApiSuccess_JobRecord_"];
                };
            };
            /** @description `bad_request` */
            400: {
                headers: {
                    "Cache-Control": "no-store";
                    "Content-Encoding"?: "gzip";
                    Vary: "Accept-Encoding";
                    "X-Content-Type-Options": "nosniff";
                    "X-Request-ID": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ApiFailure_NoneType_"];
                };
            };
            /** @description `unauthorized` */
            401: {
                headers: {
                    "Cache-Control": "no-store";
                    "Content-Encoding"?: "gzip";
                    Vary: "Accept-Encoding";
                    "WWW-Authenticate": "Bearer";
                    "X-Content-Type-Options": "nosniff";
                    "X-Request-ID": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ApiFailure_NoneType_"];
                };
            };
            /** @description `bad_origin` */
            403: {
                headers: {
                    "Cache-Control": "no-store";
                    "Content-Encoding"?: "gzip";
                    Vary: "Accept-Encoding";
                    "X-Content-Type-Options": "nosniff";
                    "X-Request-ID": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ApiFailure_NoneType_"];
                };
            };
            /** @description `unknown_version` */
            404: {
                headers: {
                    "Cache-Control": "no-store";
                    "Content-Encoding"?: "gzip";
                    Vary: "Accept-Encoding";
                    "X-Content-Type-Options": "nosniff";
                    "X-Request-ID": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ApiFailure_NoneType_"];
                };
            };
            /** @description `job_deleted` */
            410: {
                headers: {
                    "Cache-Control": "no-store";
                    "Content-Encoding"?: "gzip";
                    Vary: "Accept-Encoding";
                    "X-Content-Type-Options": "nosniff";
                    "X-Request-ID": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ApiFailure_NoneType_"];
                };
            };
            /** @description `body_too_large` */
            413: {
                headers: {
                    "Cache-Control": "no-store";
                    "Content-Encoding"?: "gzip";
                    Vary: "Accept-Encoding";
                    "X-Content-Type-Options": "nosniff";
                    "X-Request-ID": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ApiFailure_NoneType_"];
                };
            };
            /** @description `unsupported_media_type` */
            415: {
                headers: {
                    "Cache-Control": "no-store";
                    "Content-Encoding"?: "gzip";
                    Vary: "Accept-Encoding";
                    "X-Content-Type-Options": "nosniff";
                    "X-Request-ID": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ApiFailure_NoneType_"];
                };
            };
            /** @description `bad_host` */
            421: {
                headers: {
                    "Cache-Control": "no-store";
                    "Content-Encoding"?: "gzip";
                    Vary: "Accept-Encoding";
                    "X-Content-Type-Options": "nosniff";
                    "X-Request-ID": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ApiFailure_NoneType_"];
                };
            };
            /** @description `history_too_short`, `idempotency_key_reused`, `invalid`, `no_model`, `unknown_ticker` */
            422: {
                headers: {
                    "Cache-Control": "no-store";
                    "Content-Encoding"?: "gzip";
                    Vary: "Accept-Encoding";
                    "X-Content-Type-Options": "nosniff";
                    "X-Request-ID": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ApiFailure_NoneType_"];
                };
            };
            /** @description `queue_full` */
            429: {
                headers: {
                    "Cache-Control": "no-store";
                    "Content-Encoding"?: "gzip";
                    "Retry-After": "5";
                    Vary: "Accept-Encoding";
                    "X-Content-Type-Options": "nosniff";
                    "X-Request-ID": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ApiFailure_NoneType_"];
                };
            };
            /** @description `internal` */
            500: {
                headers: {
                    "Cache-Control": "no-store";
                    "Content-Encoding"?: "gzip";
                    Vary: "Accept-Encoding";
                    "X-Content-Type-Options": "nosniff";
                    "X-Request-ID": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ApiFailure_NoneType_"];
                };
            };
            /** @description `unavailable` */
            503: {
                headers: {
                    "Cache-Control": "no-store";
                    "Content-Encoding"?: "gzip";
                    "Retry-After": "5";
                    Vary: "Accept-Encoding";
                    "X-Content-Type-Options": "nosniff";
                    "X-Request-ID": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ApiFailure_NoneType_"];
                };
            };
        };
    };
    submit_train: {
        parameters: {
            query?: never;
            header?: {
                /** @description A repeat with the same key returns the first job. */
                "idempotency-key"?: string | null;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["TrainRequest"];
            };
        };
        responses: {
            /** @description Successful Response */
            202: {
                headers: {
                    "Cache-Control": "no-store";
                    "Content-Encoding"?: "gzip";
                    Location: string;
                    Vary: "Accept-Encoding";
                    "X-Content-Type-Options": "nosniff";
                    "X-Request-ID": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ApiSuccess_JobRecord_"];
                };
            };
            /** @description `bad_request` */
            400: {
                headers: {
                    "Cache-Control": "no-store";
                    "Content-Encoding"?: "gzip";
                    Vary: "Accept-Encoding";
                    "X-Content-Type-Options": "nosniff";
                    "X-Request-ID": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ApiFailure_NoneType_"];
                };
            };
            /** @description `unauthorized` */
            401: {
                headers: {
                    "Cache-Control": "no-store";
                    "Content-Encoding"?: "gzip";
                    Vary: "Accept-Encoding";
                    "WWW-Authenticate": "Bearer";
                    "X-Content-Type-Options": "nosniff";
                    "X-Request-ID": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ApiFailure_NoneType_"];
                };
            };
            /** @description `bad_origin` */
            403: {
                headers: {
                    "Cache-Control": "no-store";
                    "Content-Encoding"?: "gzip";
                    Vary: "Accept-Encoding";
                    "X-Content-Type-Options": "nosniff";
                    "X-Request-ID": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ApiFailure_NoneType_"];
                };
            };
            /** @description `job_deleted` */
            410: {
                headers: {
                    "Cache-Control": "no-store";
                    "Content-Encoding"?: "gzip";
                    Vary: "Accept-Encoding";
                    "X-Content-Type-Options": "nosniff";
                    "X-Request-ID": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ApiFailure_NoneType_"];
                };
            };
            /** @description `body_too_large` */
            413: {
                headers: {
                    "Cache-Control": "no-store";
                    "Content-Encoding"?: "gzip";
                    Vary: "Accept-Encoding";
                    "X-Content-Type-Options": "nosniff";
                    "X-Request-ID": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ApiFailure_NoneType_"];
                };
            };
            /** @description `unsupported_media_type` */
            415: {
                headers: {
                    "Cache-Control": "no-store";
                    "Content-Encoding"?: "gzip";
                    Vary: "Accept-Encoding";
                    "X-Content-Type-Options": "nosniff";
                    "X-Request-ID": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ApiFailure_NoneType_"];
                };
            };
            /** @description `bad_host` */
            421: {
                headers: {
                    "Cache-Control": "no-store";
                    "Content-Encoding"?: "gzip";
                    Vary: "Accept-Encoding";
                    "X-Content-Type-Options": "nosniff";
                    "X-Request-ID": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ApiFailure_NoneType_"];
                };
            };
            /** @description `history_too_short`, `idempotency_key_reused`, `invalid`, `survivorship_unavailable`, `unknown_ticker` */
            422: {
                headers: {
                    "Cache-Control": "no-store";
                    "Content-Encoding"?: "gzip";
                    Vary: "Accept-Encoding";
                    "X-Content-Type-Options": "nosniff";
                    "X-Request-ID": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ApiFailure_NoneType_"];
                };
            };
            /** @description `queue_full` */
            429: {
                headers: {
                    "Cache-Control": "no-store";
                    "Content-Encoding"?: "gzip";
                    "Retry-After": "5";
                    Vary: "Accept-Encoding";
                    "X-Content-Type-Options": "nosniff";
                    "X-Request-ID": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ApiFailure_NoneType_"];
                };
            };
            /** @description `internal` */
            500: {
                headers: {
                    "Cache-Control": "no-store";
                    "Content-Encoding"?: "gzip";
                    Vary: "Accept-Encoding";
                    "X-Content-Type-Options": "nosniff";
                    "X-Request-ID": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ApiFailure_NoneType_"];
                };
            };
            /** @description `unavailable` */
            503: {
                headers: {
                    "Cache-Control": "no-store";
                    "Content-Encoding"?: "gzip";
                    "Retry-After": "5";
                    Vary: "Accept-Encoding";
                    "X-Content-Type-Options": "nosniff";
                    "X-Request-ID": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ApiFailure_NoneType_"];
                };
            };
        };
    };
    stream_events: {
        parameters: {
            query?: {
                last_event_id?: string | null;
                /** @description As `last_event_id`, which wins; some EventSource libraries send this name. */
                lastEventId?: string | null;
            };
            header?: {
                /** @description Continue after this event; wins over the query. */
                "last-event-id"?: string | null;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Named events. */
            200: {
                headers: {
                    "Cache-Control": "no-store, no-transform";
                    "X-Accel-Buffering": "no";
                    "X-Content-Type-Options": "nosniff";
                    "X-Request-ID": string;
                    [name: string]: unknown;
                };
                content: {
                    "text/event-stream": unknown;
                };
            };
            /** @description `unauthorized` */
            401: {
                headers: {
                    "Cache-Control": "no-store";
                    "Content-Encoding"?: "gzip";
                    Vary: "Accept-Encoding";
                    "WWW-Authenticate": "Bearer";
                    "X-Content-Type-Options": "nosniff";
                    "X-Request-ID": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ApiFailure_NoneType_"];
                };
            };
            /** @description `bad_host` */
            421: {
                headers: {
                    "Cache-Control": "no-store";
                    "Content-Encoding"?: "gzip";
                    Vary: "Accept-Encoding";
                    "X-Content-Type-Options": "nosniff";
                    "X-Request-ID": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ApiFailure_NoneType_"];
                };
            };
            /** @description `invalid` */
            422: {
                headers: {
                    "Cache-Control": "no-store";
                    "Content-Encoding"?: "gzip";
                    Vary: "Accept-Encoding";
                    "X-Content-Type-Options": "nosniff";
                    "X-Request-ID": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ApiFailure_NoneType_"];
                };
            };
            /** @description `internal` */
            500: {
                headers: {
                    "Cache-Control": "no-store";
                    "Content-Encoding"?: "gzip";
                    Vary: "Accept-Encoding";
                    "X-Content-Type-Options": "nosniff";
                    "X-Request-ID": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ApiFailure_NoneType_"];
                };
            };
            /** @description `unavailable` */
            503: {
                headers: {
                    "Cache-Control": "no-store";
                    "Content-Encoding"?: "gzip";
                    "Retry-After": "5";
                    Vary: "Accept-Encoding";
                    "X-Content-Type-Options": "nosniff";
                    "X-Request-ID": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ApiFailure_NoneType_"];
                };
            };
        };
    };
    list_jobs: {
        parameters: {
            query?: {
                /** @description Items on the page. */
                limit?: number;
                /** @description `next_cursor` of the previous page; opaque. */
                cursor?: string | null;
                status?: components["schemas"]["JobStatus"] | null;
                job_type?: components["schemas"]["JobType"] | null;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    "Cache-Control": "no-store";
                    "Content-Encoding"?: "gzip";
                    Vary: "Accept-Encoding";
                    "X-Content-Type-Options": "nosniff";
                    "X-Request-ID": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ApiSuccess_JobPage_"];
                };
            };
            /** @description `unauthorized` */
            401: {
                headers: {
                    "Cache-Control": "no-store";
                    "Content-Encoding"?: "gzip";
                    Vary: "Accept-Encoding";
                    "WWW-Authenticate": "Bearer";
                    "X-Content-Type-Options": "nosniff";
                    "X-Request-ID": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ApiFailure_NoneType_"];
                };
            };
            /** @description `bad_host` */
            421: {
                headers: {
                    "Cache-Control": "no-store";
                    "Content-Encoding"?: "gzip";
                    Vary: "Accept-Encoding";
                    "X-Content-Type-Options": "nosniff";
                    "X-Request-ID": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ApiFailure_NoneType_"];
                };
            };
            /** @description `invalid` */
            422: {
                headers: {
                    "Cache-Control": "no-store";
                    "Content-Encoding"?: "gzip";
                    Vary: "Accept-Encoding";
                    "X-Content-Type-Options": "nosniff";
                    "X-Request-ID": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ApiFailure_NoneType_"];
                };
            };
            /** @description `internal` */
            500: {
                headers: {
                    "Cache-Control": "no-store";
                    "Content-Encoding"?: "gzip";
                    Vary: "Accept-Encoding";
                    "X-Content-Type-Options": "nosniff";
                    "X-Request-ID": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ApiFailure_NoneType_"];
                };
            };
            /** @description `unavailable` */
            503: {
                headers: {
                    "Cache-Control": "no-store";
                    "Content-Encoding"?: "gzip";
                    "Retry-After": "5";
                    Vary: "Accept-Encoding";
                    "X-Content-Type-Options": "nosniff";
                    "X-Request-ID": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ApiFailure_NoneType_"];
                };
            };
        };
    };
    get_job: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                job_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    "Cache-Control": "no-store";
                    "Content-Encoding"?: "gzip";
                    Vary: "Accept-Encoding";
                    "X-Content-Type-Options": "nosniff";
                    "X-Request-ID": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ApiSuccess_JobRecord_"];
                };
            };
            /** @description `unauthorized` */
            401: {
                headers: {
                    "Cache-Control": "no-store";
                    "Content-Encoding"?: "gzip";
                    Vary: "Accept-Encoding";
                    "WWW-Authenticate": "Bearer";
                    "X-Content-Type-Options": "nosniff";
                    "X-Request-ID": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ApiFailure_NoneType_"];
                };
            };
            /** @description `job_not_found` */
            404: {
                headers: {
                    "Cache-Control": "no-store";
                    "Content-Encoding"?: "gzip";
                    Vary: "Accept-Encoding";
                    "X-Content-Type-Options": "nosniff";
                    "X-Request-ID": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ApiFailure_NoneType_"];
                };
            };
            /** @description `bad_host` */
            421: {
                headers: {
                    "Cache-Control": "no-store";
                    "Content-Encoding"?: "gzip";
                    Vary: "Accept-Encoding";
                    "X-Content-Type-Options": "nosniff";
                    "X-Request-ID": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ApiFailure_NoneType_"];
                };
            };
            /** @description `invalid` */
            422: {
                headers: {
                    "Cache-Control": "no-store";
                    "Content-Encoding"?: "gzip";
                    Vary: "Accept-Encoding";
                    "X-Content-Type-Options": "nosniff";
                    "X-Request-ID": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ApiFailure_NoneType_"];
                };
            };
            /** @description `internal` */
            500: {
                headers: {
                    "Cache-Control": "no-store";
                    "Content-Encoding"?: "gzip";
                    Vary: "Accept-Encoding";
                    "X-Content-Type-Options": "nosniff";
                    "X-Request-ID": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ApiFailure_NoneType_"];
                };
            };
            /** @description `unavailable` */
            503: {
                headers: {
                    "Cache-Control": "no-store";
                    "Content-Encoding"?: "gzip";
                    "Retry-After": "5";
                    Vary: "Accept-Encoding";
                    "X-Content-Type-Options": "nosniff";
                    "X-Request-ID": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ApiFailure_NoneType_"];
                };
            };
        };
    };
    delete_job: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                job_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    "Cache-Control": "no-store";
                    "Content-Encoding"?: "gzip";
                    Vary: "Accept-Encoding";
                    "X-Content-Type-Options": "nosniff";
                    "X-Request-ID": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ApiSuccess_DeletedJob_"];
                };
            };
            /** @description `unauthorized` */
            401: {
                headers: {
                    "Cache-Control": "no-store";
                    "Content-Encoding"?: "gzip";
                    Vary: "Accept-Encoding";
                    "WWW-Authenticate": "Bearer";
                    "X-Content-Type-Options": "nosniff";
                    "X-Request-ID": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ApiFailure_NoneType_"];
                };
            };
            /** @description `bad_origin` */
            403: {
                headers: {
                    "Cache-Control": "no-store";
                    "Content-Encoding"?: "gzip";
                    Vary: "Accept-Encoding";
                    "X-Content-Type-Options": "nosniff";
                    "X-Request-ID": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ApiFailure_NoneType_"];
                };
            };
            /** @description `job_not_found` */
            404: {
                headers: {
                    "Cache-Control": "no-store";
                    "Content-Encoding"?: "gzip";
                    Vary: "Accept-Encoding";
                    "X-Content-Type-Options": "nosniff";
                    "X-Request-ID": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ApiFailure_NoneType_"];
                };
            };
            /** @description `job_not_final` */
            409: {
                headers: {
                    "Cache-Control": "no-store";
                    "Content-Encoding"?: "gzip";
                    Vary: "Accept-Encoding";
                    "X-Content-Type-Options": "nosniff";
                    "X-Request-ID": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ApiFailure_NoneType_"];
                };
            };
            /** @description `body_too_large` */
            413: {
                headers: {
                    "Cache-Control": "no-store";
                    "Content-Encoding"?: "gzip";
                    Vary: "Accept-Encoding";
                    "X-Content-Type-Options": "nosniff";
                    "X-Request-ID": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ApiFailure_NoneType_"];
                };
            };
            /** @description `bad_host` */
            421: {
                headers: {
                    "Cache-Control": "no-store";
                    "Content-Encoding"?: "gzip";
                    Vary: "Accept-Encoding";
                    "X-Content-Type-Options": "nosniff";
                    "X-Request-ID": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ApiFailure_NoneType_"];
                };
            };
            /** @description `invalid` */
            422: {
                headers: {
                    "Cache-Control": "no-store";
                    "Content-Encoding"?: "gzip";
                    Vary: "Accept-Encoding";
                    "X-Content-Type-Options": "nosniff";
                    "X-Request-ID": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ApiFailure_NoneType_"];
                };
            };
            /** @description `internal` */
            500: {
                headers: {
                    "Cache-Control": "no-store";
                    "Content-Encoding"?: "gzip";
                    Vary: "Accept-Encoding";
                    "X-Content-Type-Options": "nosniff";
                    "X-Request-ID": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ApiFailure_NoneType_"];
                };
            };
            /** @description `unavailable` */
            503: {
                headers: {
                    "Cache-Control": "no-store";
                    "Content-Encoding"?: "gzip";
                    "Retry-After": "5";
                    Vary: "Accept-Encoding";
                    "X-Content-Type-Options": "nosniff";
                    "X-Request-ID": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ApiFailure_NoneType_"];
                };
            };
        };
    };
    cancel_job: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                job_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    "Cache-Control": "no-store";
                    "Content-Encoding"?: "gzip";
                    Vary: "Accept-Encoding";
                    "X-Content-Type-Options": "nosniff";
                    "X-Request-ID": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ApiSuccess_JobRecord_"];
                };
            };
            /** @description `unauthorized` */
            401: {
                headers: {
                    "Cache-Control": "no-store";
                    "Content-Encoding"?: "gzip";
                    Vary: "Accept-Encoding";
                    "WWW-Authenticate": "Bearer";
                    "X-Content-Type-Options": "nosniff";
                    "X-Request-ID": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ApiFailure_NoneType_"];
                };
            };
            /** @description `bad_origin` */
            403: {
                headers: {
                    "Cache-Control": "no-store";
                    "Content-Encoding"?: "gzip";
                    Vary: "Accept-Encoding";
                    "X-Content-Type-Options": "nosniff";
                    "X-Request-ID": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ApiFailure_NoneType_"];
                };
            };
            /** @description `job_not_found` */
            404: {
                headers: {
                    "Cache-Control": "no-store";
                    "Content-Encoding"?: "gzip";
                    Vary: "Accept-Encoding";
                    "X-Content-Type-Options": "nosniff";
                    "X-Request-ID": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ApiFailure_NoneType_"];
                };
            };
            /** @description `job_already_final` */
            409: {
                headers: {
                    "Cache-Control": "no-store";
                    "Content-Encoding"?: "gzip";
                    Vary: "Accept-Encoding";
                    "X-Content-Type-Options": "nosniff";
                    "X-Request-ID": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ApiFailure_NoneType_"];
                };
            };
            /** @description `body_too_large` */
            413: {
                headers: {
                    "Cache-Control": "no-store";
                    "Content-Encoding"?: "gzip";
                    Vary: "Accept-Encoding";
                    "X-Content-Type-Options": "nosniff";
                    "X-Request-ID": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ApiFailure_NoneType_"];
                };
            };
            /** @description `bad_host` */
            421: {
                headers: {
                    "Cache-Control": "no-store";
                    "Content-Encoding"?: "gzip";
                    Vary: "Accept-Encoding";
                    "X-Content-Type-Options": "nosniff";
                    "X-Request-ID": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ApiFailure_NoneType_"];
                };
            };
            /** @description `invalid` */
            422: {
                headers: {
                    "Cache-Control": "no-store";
                    "Content-Encoding"?: "gzip";
                    Vary: "Accept-Encoding";
                    "X-Content-Type-Options": "nosniff";
                    "X-Request-ID": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ApiFailure_NoneType_"];
                };
            };
            /** @description `internal` */
            500: {
                headers: {
                    "Cache-Control": "no-store";
                    "Content-Encoding"?: "gzip";
                    Vary: "Accept-Encoding";
                    "X-Content-Type-Options": "nosniff";
                    "X-Request-ID": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ApiFailure_NoneType_"];
                };
            };
            /** @description `unavailable` */
            503: {
                headers: {
                    "Cache-Control": "no-store";
                    "Content-Encoding"?: "gzip";
                    "Retry-After": "5";
                    Vary: "Accept-Encoding";
                    "X-Content-Type-Options": "nosniff";
                    "X-Request-ID": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ApiFailure_NoneType_"];
                };
            };
        };
    };
    stream_job_events: {
        parameters: {
            query?: {
                last_event_id?: string | null;
                /** @description As `last_event_id`, which wins; some EventSource libraries send this name. */
                lastEventId?: string | null;
            };
            header?: {
                /** @description Continue after this event; wins over the query. */
                "last-event-id"?: string | null;
            };
            path: {
                job_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Named events. */
            200: {
                headers: {
                    "Cache-Control": "no-store, no-transform";
                    "X-Accel-Buffering": "no";
                    "X-Content-Type-Options": "nosniff";
                    "X-Request-ID": string;
                    [name: string]: unknown;
                };
                content: {
                    "text/event-stream": unknown;
                };
            };
            /** @description The client has received `done`; do not reconnect. */
            204: {
                headers: {
                    "Cache-Control": "no-store";
                    "X-Content-Type-Options": "nosniff";
                    "X-Request-ID": string;
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description `unauthorized` */
            401: {
                headers: {
                    "Cache-Control": "no-store";
                    "Content-Encoding"?: "gzip";
                    Vary: "Accept-Encoding";
                    "WWW-Authenticate": "Bearer";
                    "X-Content-Type-Options": "nosniff";
                    "X-Request-ID": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ApiFailure_NoneType_"];
                };
            };
            /** @description `job_not_found` */
            404: {
                headers: {
                    "Cache-Control": "no-store";
                    "Content-Encoding"?: "gzip";
                    Vary: "Accept-Encoding";
                    "X-Content-Type-Options": "nosniff";
                    "X-Request-ID": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ApiFailure_NoneType_"];
                };
            };
            /** @description `bad_host` */
            421: {
                headers: {
                    "Cache-Control": "no-store";
                    "Content-Encoding"?: "gzip";
                    Vary: "Accept-Encoding";
                    "X-Content-Type-Options": "nosniff";
                    "X-Request-ID": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ApiFailure_NoneType_"];
                };
            };
            /** @description `invalid` */
            422: {
                headers: {
                    "Cache-Control": "no-store";
                    "Content-Encoding"?: "gzip";
                    Vary: "Accept-Encoding";
                    "X-Content-Type-Options": "nosniff";
                    "X-Request-ID": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ApiFailure_NoneType_"];
                };
            };
            /** @description `internal` */
            500: {
                headers: {
                    "Cache-Control": "no-store";
                    "Content-Encoding"?: "gzip";
                    Vary: "Accept-Encoding";
                    "X-Content-Type-Options": "nosniff";
                    "X-Request-ID": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ApiFailure_NoneType_"];
                };
            };
            /** @description `unavailable` */
            503: {
                headers: {
                    "Cache-Control": "no-store";
                    "Content-Encoding"?: "gzip";
                    "Retry-After": "5";
                    Vary: "Accept-Encoding";
                    "X-Content-Type-Options": "nosniff";
                    "X-Request-ID": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ApiFailure_NoneType_"];
                };
            };
        };
    };
    get_job_log: {
        parameters: {
            query?: {
                /** @description Items on the page. */
                limit?: number;
                /** @description `next_cursor` of the previous page; opaque. */
                cursor?: string | null;
                /** @description Lines of this level and above. */
                level?: "debug" | "info" | "warning" | "error" | "critical";
            };
            header?: never;
            path: {
                job_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    "Cache-Control": "no-store";
                    "Content-Encoding"?: "gzip";
                    Vary: "Accept-Encoding";
                    "X-Content-Type-Options": "nosniff";
                    "X-Request-ID": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ApiSuccess_LogPage_"];
                };
            };
            /** @description `unauthorized` */
            401: {
                headers: {
                    "Cache-Control": "no-store";
                    "Content-Encoding"?: "gzip";
                    Vary: "Accept-Encoding";
                    "WWW-Authenticate": "Bearer";
                    "X-Content-Type-Options": "nosniff";
                    "X-Request-ID": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ApiFailure_NoneType_"];
                };
            };
            /** @description `job_not_found` */
            404: {
                headers: {
                    "Cache-Control": "no-store";
                    "Content-Encoding"?: "gzip";
                    Vary: "Accept-Encoding";
                    "X-Content-Type-Options": "nosniff";
                    "X-Request-ID": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ApiFailure_NoneType_"];
                };
            };
            /** @description `bad_host` */
            421: {
                headers: {
                    "Cache-Control": "no-store";
                    "Content-Encoding"?: "gzip";
                    Vary: "Accept-Encoding";
                    "X-Content-Type-Options": "nosniff";
                    "X-Request-ID": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ApiFailure_NoneType_"];
                };
            };
            /** @description `invalid` */
            422: {
                headers: {
                    "Cache-Control": "no-store";
                    "Content-Encoding"?: "gzip";
                    Vary: "Accept-Encoding";
                    "X-Content-Type-Options": "nosniff";
                    "X-Request-ID": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ApiFailure_NoneType_"];
                };
            };
            /** @description `internal` */
            500: {
                headers: {
                    "Cache-Control": "no-store";
                    "Content-Encoding"?: "gzip";
                    Vary: "Accept-Encoding";
                    "X-Content-Type-Options": "nosniff";
                    "X-Request-ID": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ApiFailure_NoneType_"];
                };
            };
            /** @description `unavailable` */
            503: {
                headers: {
                    "Cache-Control": "no-store";
                    "Content-Encoding"?: "gzip";
                    "Retry-After": "5";
                    Vary: "Accept-Encoding";
                    "X-Content-Type-Options": "nosniff";
                    "X-Request-ID": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ApiFailure_NoneType_"];
                };
            };
        };
    };
    stream_job_log: {
        parameters: {
            query?: {
                last_event_id?: string | null;
                /** @description As `last_event_id`, which wins; some EventSource libraries send this name. */
                lastEventId?: string | null;
            };
            header?: {
                /** @description Continue after this event; wins over the query. */
                "last-event-id"?: string | null;
            };
            path: {
                job_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Named events. */
            200: {
                headers: {
                    "Cache-Control": "no-store, no-transform";
                    "X-Accel-Buffering": "no";
                    "X-Content-Type-Options": "nosniff";
                    "X-Request-ID": string;
                    [name: string]: unknown;
                };
                content: {
                    "text/event-stream": unknown;
                };
            };
            /** @description The client has received `done`; do not reconnect. */
            204: {
                headers: {
                    "Cache-Control": "no-store";
                    "X-Content-Type-Options": "nosniff";
                    "X-Request-ID": string;
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description `unauthorized` */
            401: {
                headers: {
                    "Cache-Control": "no-store";
                    "Content-Encoding"?: "gzip";
                    Vary: "Accept-Encoding";
                    "WWW-Authenticate": "Bearer";
                    "X-Content-Type-Options": "nosniff";
                    "X-Request-ID": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ApiFailure_NoneType_"];
                };
            };
            /** @description `job_not_found` */
            404: {
                headers: {
                    "Cache-Control": "no-store";
                    "Content-Encoding"?: "gzip";
                    Vary: "Accept-Encoding";
                    "X-Content-Type-Options": "nosniff";
                    "X-Request-ID": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ApiFailure_NoneType_"];
                };
            };
            /** @description `bad_host` */
            421: {
                headers: {
                    "Cache-Control": "no-store";
                    "Content-Encoding"?: "gzip";
                    Vary: "Accept-Encoding";
                    "X-Content-Type-Options": "nosniff";
                    "X-Request-ID": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ApiFailure_NoneType_"];
                };
            };
            /** @description `invalid` */
            422: {
                headers: {
                    "Cache-Control": "no-store";
                    "Content-Encoding"?: "gzip";
                    Vary: "Accept-Encoding";
                    "X-Content-Type-Options": "nosniff";
                    "X-Request-ID": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ApiFailure_NoneType_"];
                };
            };
            /** @description `internal` */
            500: {
                headers: {
                    "Cache-Control": "no-store";
                    "Content-Encoding"?: "gzip";
                    Vary: "Accept-Encoding";
                    "X-Content-Type-Options": "nosniff";
                    "X-Request-ID": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ApiFailure_NoneType_"];
                };
            };
            /** @description `unavailable` */
            503: {
                headers: {
                    "Cache-Control": "no-store";
                    "Content-Encoding"?: "gzip";
                    "Retry-After": "5";
                    Vary: "Accept-Encoding";
                    "X-Content-Type-Options": "nosniff";
                    "X-Request-ID": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ApiFailure_NoneType_"];
                };
            };
        };
    };
    delete_job_report: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                job_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    "Cache-Control": "no-store";
                    "Content-Encoding"?: "gzip";
                    Vary: "Accept-Encoding";
                    "X-Content-Type-Options": "nosniff";
                    "X-Request-ID": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ApiSuccess_JobRecord_"];
                };
            };
            /** @description `unauthorized` */
            401: {
                headers: {
                    "Cache-Control": "no-store";
                    "Content-Encoding"?: "gzip";
                    Vary: "Accept-Encoding";
                    "WWW-Authenticate": "Bearer";
                    "X-Content-Type-Options": "nosniff";
                    "X-Request-ID": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ApiFailure_NoneType_"];
                };
            };
            /** @description `bad_origin` */
            403: {
                headers: {
                    "Cache-Control": "no-store";
                    "Content-Encoding"?: "gzip";
                    Vary: "Accept-Encoding";
                    "X-Content-Type-Options": "nosniff";
                    "X-Request-ID": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ApiFailure_NoneType_"];
                };
            };
            /** @description `job_not_found`, `not_found` */
            404: {
                headers: {
                    "Cache-Control": "no-store";
                    "Content-Encoding"?: "gzip";
                    Vary: "Accept-Encoding";
                    "X-Content-Type-Options": "nosniff";
                    "X-Request-ID": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ApiFailure_NoneType_"];
                };
            };
            /** @description `job_not_final` */
            409: {
                headers: {
                    "Cache-Control": "no-store";
                    "Content-Encoding"?: "gzip";
                    Vary: "Accept-Encoding";
                    "X-Content-Type-Options": "nosniff";
                    "X-Request-ID": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ApiFailure_NoneType_"];
                };
            };
            /** @description `report_deleted` */
            410: {
                headers: {
                    "Cache-Control": "no-store";
                    "Content-Encoding"?: "gzip";
                    Vary: "Accept-Encoding";
                    "X-Content-Type-Options": "nosniff";
                    "X-Request-ID": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ApiFailure_NoneType_"];
                };
            };
            /** @description `body_too_large` */
            413: {
                headers: {
                    "Cache-Control": "no-store";
                    "Content-Encoding"?: "gzip";
                    Vary: "Accept-Encoding";
                    "X-Content-Type-Options": "nosniff";
                    "X-Request-ID": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ApiFailure_NoneType_"];
                };
            };
            /** @description `bad_host` */
            421: {
                headers: {
                    "Cache-Control": "no-store";
                    "Content-Encoding"?: "gzip";
                    Vary: "Accept-Encoding";
                    "X-Content-Type-Options": "nosniff";
                    "X-Request-ID": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ApiFailure_NoneType_"];
                };
            };
            /** @description `invalid` */
            422: {
                headers: {
                    "Cache-Control": "no-store";
                    "Content-Encoding"?: "gzip";
                    Vary: "Accept-Encoding";
                    "X-Content-Type-Options": "nosniff";
                    "X-Request-ID": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ApiFailure_NoneType_"];
                };
            };
            /** @description `internal` */
            500: {
                headers: {
                    "Cache-Control": "no-store";
                    "Content-Encoding"?: "gzip";
                    Vary: "Accept-Encoding";
                    "X-Content-Type-Options": "nosniff";
                    "X-Request-ID": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ApiFailure_NoneType_"];
                };
            };
            /** @description `unavailable` */
            503: {
                headers: {
                    "Cache-Control": "no-store";
                    "Content-Encoding"?: "gzip";
                    "Retry-After": "5";
                    Vary: "Accept-Encoding";
                    "X-Content-Type-Options": "nosniff";
                    "X-Request-ID": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ApiFailure_NoneType_"];
                };
            };
        };
    };
    list_models: {
        parameters: {
            query?: {
                /** @description Items on the page. */
                limit?: number;
                /** @description `next_cursor` of the previous page; opaque. */
                cursor?: string | null;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    "Cache-Control": "no-store";
                    "Content-Encoding"?: "gzip";
                    Vary: "Accept-Encoding";
                    "X-Content-Type-Options": "nosniff";
                    "X-Request-ID": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ApiSuccess_ModelPage_"];
                };
            };
            /** @description `unauthorized` */
            401: {
                headers: {
                    "Cache-Control": "no-store";
                    "Content-Encoding"?: "gzip";
                    Vary: "Accept-Encoding";
                    "WWW-Authenticate": "Bearer";
                    "X-Content-Type-Options": "nosniff";
                    "X-Request-ID": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ApiFailure_NoneType_"];
                };
            };
            /** @description `bad_host` */
            421: {
                headers: {
                    "Cache-Control": "no-store";
                    "Content-Encoding"?: "gzip";
                    Vary: "Accept-Encoding";
                    "X-Content-Type-Options": "nosniff";
                    "X-Request-ID": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ApiFailure_NoneType_"];
                };
            };
            /** @description `invalid` */
            422: {
                headers: {
                    "Cache-Control": "no-store";
                    "Content-Encoding"?: "gzip";
                    Vary: "Accept-Encoding";
                    "X-Content-Type-Options": "nosniff";
                    "X-Request-ID": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ApiFailure_NoneType_"];
                };
            };
            /** @description `internal` */
            500: {
                headers: {
                    "Cache-Control": "no-store";
                    "Content-Encoding"?: "gzip";
                    Vary: "Accept-Encoding";
                    "X-Content-Type-Options": "nosniff";
                    "X-Request-ID": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ApiFailure_NoneType_"];
                };
            };
            /** @description `unavailable` */
            503: {
                headers: {
                    "Cache-Control": "no-store";
                    "Content-Encoding"?: "gzip";
                    "Retry-After": "5";
                    Vary: "Accept-Encoding";
                    "X-Content-Type-Options": "nosniff";
                    "X-Request-ID": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ApiFailure_NoneType_"];
                };
            };
        };
    };
    get_model: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                version: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    "Cache-Control": "no-store";
                    "Content-Encoding"?: "gzip";
                    Vary: "Accept-Encoding";
                    "X-Content-Type-Options": "nosniff";
                    "X-Request-ID": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ApiSuccess_ModelManifest_"];
                };
            };
            /** @description `unauthorized` */
            401: {
                headers: {
                    "Cache-Control": "no-store";
                    "Content-Encoding"?: "gzip";
                    Vary: "Accept-Encoding";
                    "WWW-Authenticate": "Bearer";
                    "X-Content-Type-Options": "nosniff";
                    "X-Request-ID": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ApiFailure_NoneType_"];
                };
            };
            /** @description `unknown_version` */
            404: {
                headers: {
                    "Cache-Control": "no-store";
                    "Content-Encoding"?: "gzip";
                    Vary: "Accept-Encoding";
                    "X-Content-Type-Options": "nosniff";
                    "X-Request-ID": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ApiFailure_NoneType_"];
                };
            };
            /** @description `bad_host` */
            421: {
                headers: {
                    "Cache-Control": "no-store";
                    "Content-Encoding"?: "gzip";
                    Vary: "Accept-Encoding";
                    "X-Content-Type-Options": "nosniff";
                    "X-Request-ID": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ApiFailure_NoneType_"];
                };
            };
            /** @description `invalid` */
            422: {
                headers: {
                    "Cache-Control": "no-store";
                    "Content-Encoding"?: "gzip";
                    Vary: "Accept-Encoding";
                    "X-Content-Type-Options": "nosniff";
                    "X-Request-ID": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ApiFailure_NoneType_"];
                };
            };
            /** @description `internal` */
            500: {
                headers: {
                    "Cache-Control": "no-store";
                    "Content-Encoding"?: "gzip";
                    Vary: "Accept-Encoding";
                    "X-Content-Type-Options": "nosniff";
                    "X-Request-ID": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ApiFailure_NoneType_"];
                };
            };
            /** @description `unavailable` */
            503: {
                headers: {
                    "Cache-Control": "no-store";
                    "Content-Encoding"?: "gzip";
                    "Retry-After": "5";
                    Vary: "Accept-Encoding";
                    "X-Content-Type-Options": "nosniff";
                    "X-Request-ID": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ApiFailure_NoneType_"];
                };
            };
        };
    };
    delete_model: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                version: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    "Cache-Control": "no-store";
                    "Content-Encoding"?: "gzip";
                    Vary: "Accept-Encoding";
                    "X-Content-Type-Options": "nosniff";
                    "X-Request-ID": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ApiSuccess_DeletedModel_"];
                };
            };
            /** @description `unauthorized` */
            401: {
                headers: {
                    "Cache-Control": "no-store";
                    "Content-Encoding"?: "gzip";
                    Vary: "Accept-Encoding";
                    "WWW-Authenticate": "Bearer";
                    "X-Content-Type-Options": "nosniff";
                    "X-Request-ID": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ApiFailure_NoneType_"];
                };
            };
            /** @description `bad_origin` */
            403: {
                headers: {
                    "Cache-Control": "no-store";
                    "Content-Encoding"?: "gzip";
                    Vary: "Accept-Encoding";
                    "X-Content-Type-Options": "nosniff";
                    "X-Request-ID": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ApiFailure_NoneType_"];
                };
            };
            /** @description `unknown_version` */
            404: {
                headers: {
                    "Cache-Control": "no-store";
                    "Content-Encoding"?: "gzip";
                    Vary: "Accept-Encoding";
                    "X-Content-Type-Options": "nosniff";
                    "X-Request-ID": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ApiFailure_NoneType_"];
                };
            };
            /** @description `model_in_use` */
            409: {
                headers: {
                    "Cache-Control": "no-store";
                    "Content-Encoding"?: "gzip";
                    Vary: "Accept-Encoding";
                    "X-Content-Type-Options": "nosniff";
                    "X-Request-ID": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ApiFailure_NoneType_"];
                };
            };
            /** @description `body_too_large` */
            413: {
                headers: {
                    "Cache-Control": "no-store";
                    "Content-Encoding"?: "gzip";
                    Vary: "Accept-Encoding";
                    "X-Content-Type-Options": "nosniff";
                    "X-Request-ID": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ApiFailure_NoneType_"];
                };
            };
            /** @description `bad_host` */
            421: {
                headers: {
                    "Cache-Control": "no-store";
                    "Content-Encoding"?: "gzip";
                    Vary: "Accept-Encoding";
                    "X-Content-Type-Options": "nosniff";
                    "X-Request-ID": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ApiFailure_NoneType_"];
                };
            };
            /** @description `invalid` */
            422: {
                headers: {
                    "Cache-Control": "no-store";
                    "Content-Encoding"?: "gzip";
                    Vary: "Accept-Encoding";
                    "X-Content-Type-Options": "nosniff";
                    "X-Request-ID": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ApiFailure_NoneType_"];
                };
            };
            /** @description `internal` */
            500: {
                headers: {
                    "Cache-Control": "no-store";
                    "Content-Encoding"?: "gzip";
                    Vary: "Accept-Encoding";
                    "X-Content-Type-Options": "nosniff";
                    "X-Request-ID": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ApiFailure_NoneType_"];
                };
            };
            /** @description `unavailable` */
            503: {
                headers: {
                    "Cache-Control": "no-store";
                    "Content-Encoding"?: "gzip";
                    "Retry-After": "5";
                    Vary: "Accept-Encoding";
                    "X-Content-Type-Options": "nosniff";
                    "X-Request-ID": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ApiFailure_NoneType_"];
                };
            };
        };
    };
    get_latest_signals: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    "Cache-Control": "no-store";
                    "Content-Encoding"?: "gzip";
                    Vary: "Accept-Encoding";
                    "X-Content-Type-Options": "nosniff";
                    "X-Request-ID": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ApiSuccess_Union_SignalsReport__NoneType__"];
                };
            };
            /** @description `unauthorized` */
            401: {
                headers: {
                    "Cache-Control": "no-store";
                    "Content-Encoding"?: "gzip";
                    Vary: "Accept-Encoding";
                    "WWW-Authenticate": "Bearer";
                    "X-Content-Type-Options": "nosniff";
                    "X-Request-ID": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ApiFailure_NoneType_"];
                };
            };
            /** @description `report_deleted` */
            410: {
                headers: {
                    "Cache-Control": "no-store";
                    "Content-Encoding"?: "gzip";
                    Vary: "Accept-Encoding";
                    "X-Content-Type-Options": "nosniff";
                    "X-Request-ID": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ApiFailure_NoneType_"];
                };
            };
            /** @description `bad_host` */
            421: {
                headers: {
                    "Cache-Control": "no-store";
                    "Content-Encoding"?: "gzip";
                    Vary: "Accept-Encoding";
                    "X-Content-Type-Options": "nosniff";
                    "X-Request-ID": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ApiFailure_NoneType_"];
                };
            };
            /** @description `invalid` */
            422: {
                headers: {
                    "Cache-Control": "no-store";
                    "Content-Encoding"?: "gzip";
                    Vary: "Accept-Encoding";
                    "X-Content-Type-Options": "nosniff";
                    "X-Request-ID": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ApiFailure_NoneType_"];
                };
            };
            /** @description `internal` */
            500: {
                headers: {
                    "Cache-Control": "no-store";
                    "Content-Encoding"?: "gzip";
                    Vary: "Accept-Encoding";
                    "X-Content-Type-Options": "nosniff";
                    "X-Request-ID": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ApiFailure_NoneType_"];
                };
            };
            /** @description `unavailable` */
            503: {
                headers: {
                    "Cache-Control": "no-store";
                    "Content-Encoding"?: "gzip";
                    "Retry-After": "5";
                    Vary: "Accept-Encoding";
                    "X-Content-Type-Options": "nosniff";
                    "X-Request-ID": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ApiFailure_NoneType_"];
                };
            };
        };
    };
    get_data_mode: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    "Cache-Control": "no-store";
                    "Content-Encoding"?: "gzip";
                    Vary: "Accept-Encoding";
                    "X-Content-Type-Options": "nosniff";
                    "X-Request-ID": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ApiSuccess_DataModeReport_"];
                };
            };
            /** @description `unauthorized` */
            401: {
                headers: {
                    "Cache-Control": "no-store";
                    "Content-Encoding"?: "gzip";
                    Vary: "Accept-Encoding";
                    "WWW-Authenticate": "Bearer";
                    "X-Content-Type-Options": "nosniff";
                    "X-Request-ID": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ApiFailure_NoneType_"];
                };
            };
            /** @description `bad_host` */
            421: {
                headers: {
                    "Cache-Control": "no-store";
                    "Content-Encoding"?: "gzip";
                    Vary: "Accept-Encoding";
                    "X-Content-Type-Options": "nosniff";
                    "X-Request-ID": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ApiFailure_NoneType_"];
                };
            };
            /** @description `invalid` */
            422: {
                headers: {
                    "Cache-Control": "no-store";
                    "Content-Encoding"?: "gzip";
                    Vary: "Accept-Encoding";
                    "X-Content-Type-Options": "nosniff";
                    "X-Request-ID": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ApiFailure_NoneType_"];
                };
            };
            /** @description `internal` */
            500: {
                headers: {
                    "Cache-Control": "no-store";
                    "Content-Encoding"?: "gzip";
                    Vary: "Accept-Encoding";
                    "X-Content-Type-Options": "nosniff";
                    "X-Request-ID": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ApiFailure_NoneType_"];
                };
            };
            /** @description `unavailable` */
            503: {
                headers: {
                    "Cache-Control": "no-store";
                    "Content-Encoding"?: "gzip";
                    "Retry-After": "5";
                    Vary: "Accept-Encoding";
                    "X-Content-Type-Options": "nosniff";
                    "X-Request-ID": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ApiFailure_NoneType_"];
                };
            };
        };
    };
    get_disagreement_history: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    "Cache-Control": "no-store";
                    "Content-Encoding"?: "gzip";
                    Vary: "Accept-Encoding";
                    "X-Content-Type-Options": "nosniff";
                    "X-Request-ID": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ApiSuccess_DisagreementHistory_"];
                };
            };
            /** @description `unauthorized` */
            401: {
                headers: {
                    "Cache-Control": "no-store";
                    "Content-Encoding"?: "gzip";
                    Vary: "Accept-Encoding";
                    "WWW-Authenticate": "Bearer";
                    "X-Content-Type-Options": "nosniff";
                    "X-Request-ID": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ApiFailure_NoneType_"];
                };
            };
            /** @description `bad_host` */
            421: {
                headers: {
                    "Cache-Control": "no-store";
                    "Content-Encoding"?: "gzip";
                    Vary: "Accept-Encoding";
                    "X-Content-Type-Options": "nosniff";
                    "X-Request-ID": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ApiFailure_NoneType_"];
                };
            };
            /** @description `invalid` */
            422: {
                headers: {
                    "Cache-Control": "no-store";
                    "Content-Encoding"?: "gzip";
                    Vary: "Accept-Encoding";
                    "X-Content-Type-Options": "nosniff";
                    "X-Request-ID": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ApiFailure_NoneType_"];
                };
            };
            /** @description `internal` */
            500: {
                headers: {
                    "Cache-Control": "no-store";
                    "Content-Encoding"?: "gzip";
                    Vary: "Accept-Encoding";
                    "X-Content-Type-Options": "nosniff";
                    "X-Request-ID": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ApiFailure_NoneType_"];
                };
            };
            /** @description `unavailable` */
            503: {
                headers: {
                    "Cache-Control": "no-store";
                    "Content-Encoding"?: "gzip";
                    "Retry-After": "5";
                    Vary: "Accept-Encoding";
                    "X-Content-Type-Options": "nosniff";
                    "X-Request-ID": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ApiFailure_NoneType_"];
                };
            };
        };
    };
    get_execution_quality: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    "Cache-Control": "no-store";
                    "Content-Encoding"?: "gzip";
                    Vary: "Accept-Encoding";
                    "X-Content-Type-Options": "nosniff";
                    "X-Request-ID": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ApiSuccess_ExecutionQuality_"];
                };
            };
            /** @description `unauthorized` */
            401: {
                headers: {
                    "Cache-Control": "no-store";
                    "Content-Encoding"?: "gzip";
                    Vary: "Accept-Encoding";
                    "WWW-Authenticate": "Bearer";
                    "X-Content-Type-Options": "nosniff";
                    "X-Request-ID": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ApiFailure_NoneType_"];
                };
            };
            /** @description `bad_host` */
            421: {
                headers: {
                    "Cache-Control": "no-store";
                    "Content-Encoding"?: "gzip";
                    Vary: "Accept-Encoding";
                    "X-Content-Type-Options": "nosniff";
                    "X-Request-ID": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ApiFailure_NoneType_"];
                };
            };
            /** @description `invalid` */
            422: {
                headers: {
                    "Cache-Control": "no-store";
                    "Content-Encoding"?: "gzip";
                    Vary: "Accept-Encoding";
                    "X-Content-Type-Options": "nosniff";
                    "X-Request-ID": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ApiFailure_NoneType_"];
                };
            };
            /** @description `internal` */
            500: {
                headers: {
                    "Cache-Control": "no-store";
                    "Content-Encoding"?: "gzip";
                    Vary: "Accept-Encoding";
                    "X-Content-Type-Options": "nosniff";
                    "X-Request-ID": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ApiFailure_NoneType_"];
                };
            };
            /** @description `unavailable` */
            503: {
                headers: {
                    "Cache-Control": "no-store";
                    "Content-Encoding"?: "gzip";
                    "Retry-After": "5";
                    Vary: "Accept-Encoding";
                    "X-Content-Type-Options": "nosniff";
                    "X-Request-ID": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ApiFailure_NoneType_"];
                };
            };
        };
    };
    get_health: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    "Cache-Control": "no-store";
                    "Content-Encoding"?: "gzip";
                    Vary: "Accept-Encoding";
                    "X-Content-Type-Options": "nosniff";
                    "X-Request-ID": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ApiSuccess_Health_"];
                };
            };
            /** @description `unauthorized` */
            401: {
                headers: {
                    "Cache-Control": "no-store";
                    "Content-Encoding"?: "gzip";
                    Vary: "Accept-Encoding";
                    "WWW-Authenticate": "Bearer";
                    "X-Content-Type-Options": "nosniff";
                    "X-Request-ID": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ApiFailure_NoneType_"];
                };
            };
            /** @description `bad_host` */
            421: {
                headers: {
                    "Cache-Control": "no-store";
                    "Content-Encoding"?: "gzip";
                    Vary: "Accept-Encoding";
                    "X-Content-Type-Options": "nosniff";
                    "X-Request-ID": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ApiFailure_NoneType_"];
                };
            };
            /** @description `invalid` */
            422: {
                headers: {
                    "Cache-Control": "no-store";
                    "Content-Encoding"?: "gzip";
                    Vary: "Accept-Encoding";
                    "X-Content-Type-Options": "nosniff";
                    "X-Request-ID": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ApiFailure_NoneType_"];
                };
            };
            /** @description `internal` */
            500: {
                headers: {
                    "Cache-Control": "no-store";
                    "Content-Encoding"?: "gzip";
                    Vary: "Accept-Encoding";
                    "X-Content-Type-Options": "nosniff";
                    "X-Request-ID": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ApiFailure_NoneType_"];
                };
            };
            /** @description `unavailable` */
            503: {
                headers: {
                    "Cache-Control": "no-store";
                    "Content-Encoding"?: "gzip";
                    "Retry-After": "5";
                    Vary: "Accept-Encoding";
                    "X-Content-Type-Options": "nosniff";
                    "X-Request-ID": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ApiFailure_NoneType_"];
                };
            };
        };
    };
    get_ic_history: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    "Cache-Control": "no-store";
                    "Content-Encoding"?: "gzip";
                    Vary: "Accept-Encoding";
                    "X-Content-Type-Options": "nosniff";
                    "X-Request-ID": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ApiSuccess_IcHistory_"];
                };
            };
            /** @description `unauthorized` */
            401: {
                headers: {
                    "Cache-Control": "no-store";
                    "Content-Encoding"?: "gzip";
                    Vary: "Accept-Encoding";
                    "WWW-Authenticate": "Bearer";
                    "X-Content-Type-Options": "nosniff";
                    "X-Request-ID": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ApiFailure_NoneType_"];
                };
            };
            /** @description `bad_host` */
            421: {
                headers: {
                    "Cache-Control": "no-store";
                    "Content-Encoding"?: "gzip";
                    Vary: "Accept-Encoding";
                    "X-Content-Type-Options": "nosniff";
                    "X-Request-ID": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ApiFailure_NoneType_"];
                };
            };
            /** @description `invalid` */
            422: {
                headers: {
                    "Cache-Control": "no-store";
                    "Content-Encoding"?: "gzip";
                    Vary: "Accept-Encoding";
                    "X-Content-Type-Options": "nosniff";
                    "X-Request-ID": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ApiFailure_NoneType_"];
                };
            };
            /** @description `internal` */
            500: {
                headers: {
                    "Cache-Control": "no-store";
                    "Content-Encoding"?: "gzip";
                    Vary: "Accept-Encoding";
                    "X-Content-Type-Options": "nosniff";
                    "X-Request-ID": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ApiFailure_NoneType_"];
                };
            };
            /** @description `unavailable` */
            503: {
                headers: {
                    "Cache-Control": "no-store";
                    "Content-Encoding"?: "gzip";
                    "Retry-After": "5";
                    Vary: "Accept-Encoding";
                    "X-Content-Type-Options": "nosniff";
                    "X-Request-ID": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ApiFailure_NoneType_"];
                };
            };
        };
    };
    get_model_age: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    "Cache-Control": "no-store";
                    "Content-Encoding"?: "gzip";
                    Vary: "Accept-Encoding";
                    "X-Content-Type-Options": "nosniff";
                    "X-Request-ID": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ApiSuccess_ModelAge_"];
                };
            };
            /** @description `unauthorized` */
            401: {
                headers: {
                    "Cache-Control": "no-store";
                    "Content-Encoding"?: "gzip";
                    Vary: "Accept-Encoding";
                    "WWW-Authenticate": "Bearer";
                    "X-Content-Type-Options": "nosniff";
                    "X-Request-ID": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ApiFailure_NoneType_"];
                };
            };
            /** @description `bad_host` */
            421: {
                headers: {
                    "Cache-Control": "no-store";
                    "Content-Encoding"?: "gzip";
                    Vary: "Accept-Encoding";
                    "X-Content-Type-Options": "nosniff";
                    "X-Request-ID": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ApiFailure_NoneType_"];
                };
            };
            /** @description `invalid` */
            422: {
                headers: {
                    "Cache-Control": "no-store";
                    "Content-Encoding"?: "gzip";
                    Vary: "Accept-Encoding";
                    "X-Content-Type-Options": "nosniff";
                    "X-Request-ID": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ApiFailure_NoneType_"];
                };
            };
            /** @description `internal` */
            500: {
                headers: {
                    "Cache-Control": "no-store";
                    "Content-Encoding"?: "gzip";
                    Vary: "Accept-Encoding";
                    "X-Content-Type-Options": "nosniff";
                    "X-Request-ID": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ApiFailure_NoneType_"];
                };
            };
            /** @description `unavailable` */
            503: {
                headers: {
                    "Cache-Control": "no-store";
                    "Content-Encoding"?: "gzip";
                    "Retry-After": "5";
                    Vary: "Accept-Encoding";
                    "X-Content-Type-Options": "nosniff";
                    "X-Request-ID": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ApiFailure_NoneType_"];
                };
            };
        };
    };
}
