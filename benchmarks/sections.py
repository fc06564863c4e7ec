"""The sections of benchmarks/README.md. Adding a table is an entry here; the rows of its benchmark name the section."""

from __future__ import annotations

from benchmarks.markdown_tables import Column, Section

_RANKING_NAMES = (Column("dataset", "set", None), Column("recommender", "recommender", None))
_AMONG_NEGATIVES = (
    Column("hr_at_10", "HR@10", interval="hr_at_10_interval", best="high"),
    Column("ndcg_at_10", "NDCG@10", interval="ndcg_at_10_interval", best="high"),
    Column("mrr", "MRR", best="high"),
    Column("hr_at_10_warm", "HR warm", best="high"),
    Column("ndcg_at_10_warm", "NDCG warm", best="high"),
    Column("hr_at_10_cold", "HR cold"),
    Column("ndcg_at_10_difference", "NDCG to the best other", interval="ndcg_at_10_difference_interval", sign=True),
    Column("best_other", "best other", None),
)
_WHOLE_LISTS = (
    Column("ndcg_at_20_full", "NDCG@20", best="high"),
    Column("recall_at_20_full", "Recall@20", best="high"),
    Column("mrr_at_20_full", "MRR@20", best="high"),
    Column("coverage_at_20", "coverage", best="high"),
    Column("personalisation_at_20", "personalisation"),
    Column("novelty_at_20", "novelty, bits", 2),
    Column("gini_at_20", "Gini of exposure"),
    Column("n_list_users", "users", 0),
)
_SLICES = tuple(
    Column(f"ndcg_at_10_{side}_{key}", f"{side}, {head}", best="high")
    for side in ("users", "items")
    for key, head in (("1_to_5", "1–5"), ("6_to_20", "6–20"), ("21_up", "21+"))
)
_COST = (
    Column("fit_seconds", "fit, s", 1),
    Column("fit_cpu_seconds", "fit, CPU s", 1),
    Column("peak_rss_mib", "peak of the process, MiB", 0),
    Column("fit_rss_mib", "the fit's own share, MiB", 0),
    Column("n_interactions", "interactions", 0),
)

SECTIONS = {
    "quality": Section(
        "Ranking on public sets",
        "python -m benchmarks.quality --data DIR --json quality.json",
        _RANKING_NAMES,
        {
            "Each held-out item among its given negatives:": _AMONG_NEGATIVES,
            "Lists of 20 out of the whole catalogue:": _WHOLE_LISTS,
            "NDCG@10 among the negatives, by the number of training events of the user and of the item:": _SLICES,
            "Cost:": _COST,
        },
    ),
    "training_time": Section(
        "Training: time to a given quality",
        "python -m benchmarks.training --json training.json",
        (Column("dataset", "set", None), Column("model", "model", None)),
        {
            "": (
                Column("best_ndcg", "best NDCG@10", best="high"),
                Column("best_budget", "after passes", 0),
                Column("best_seconds", "s to its best", 1),
                Column("target_seconds", "s to iALS's best", 1, best="low"),
                Column("target_ratio", "× iALS", 2),
                Column("near_target_seconds", "s to 95 % of it", 1, best="low"),
                Column("near_target_ratio", "× iALS", 2),
                Column("default_ndcg", "NDCG@10 by default"),
                Column("default_seconds", "s by default", 1),
            )
        },
    ),
    "training_growth": Section(
        "Training: growth with the number of interactions",
        "python -m benchmarks.training --json training.json",
        (Column("recommender", "recommender", None), Column("n_interactions", "interactions", 0)),
        {
            "": (
                Column("n_users", "users", 0),
                Column("n_items", "items", 0),
                Column("fit_seconds", "fit, s", 1),
                Column("fit_cpu_seconds", "fit, CPU s", 1),
                Column("fit_seconds_ratio", "× the row above", 1),
                Column("fit_rss_mib", "memory of the fit, MiB", 0),
                Column("fit_rss_ratio", "× the row above", 1),
                Column("peak_rss_mib", "peak of the process, MiB", 0),
                Column("peak_rss_ratio", "× the row above", 1),
                Column("dense_mib", "users × items as float32, MiB", 0),
                Column("own_taste_at_10", "own taste among 10"),
            )
        },
    ),
    "rating": Section(
        "Predicting stars",
        "python -m benchmarks.rating --help",
        (Column("dataset", "set", None), Column("split", "split", None), Column("model", "model", None)),
        {
            "": (
                Column("rmse", "RMSE", interval="rmse_interval"),
                Column("mae", "MAE", interval="mae_interval"),
                Column("pearson", "Pearson r"),
                Column("fit_seconds", "fit, s", 1),
                Column("peak_rss_mib", "peak MiB", 0),
            )
        },
    ),
    "purchases": Section(
        "Ranking a shop's purchases",
        "python -m benchmarks.purchases --data FILE --json purchases.json",
        _RANKING_NAMES,
        {"": _AMONG_NEGATIVES, "Lists of 20 out of the whole catalogue:": _WHOLE_LISTS},
    ),
    "freshness": Section(
        "From an event to a changed list",
        "python -m benchmarks.freshness --engine redis --json freshness.json",
        (Column("engine", "engine", None), Column("behaviour", "behaviour", None)),
        {
            "": (
                Column("shoppers", "shoppers", 0),
                Column("rate", "events/s", 0),
                Column("p50_ms", "event p50, ms", 0),
                Column("p95_ms", "event p95, ms", 0),
                Column("unchanged", "changed nothing", 0),
                Column("product_p50_ms", "new product p50, ms", 0),
                Column("product_p95_ms", "new product p95, ms", 0),
                Column("events_sent", "sent", 0),
                Column("events_lost", "lost", 0),
                Column("events_doubled", "doubled", 0),
                Column("load_1_min", "load of the machine", 1),
            )
        },
    ),
    "ingest": Section(
        "Taking in events while processes are killed",
        "python -m benchmarks.ingest --json ingest.json",
        (Column("engine", "engine", None), Column("database", "database", None)),
        {
            "": (
                Column("events_per_second", "events/s", 0),
                Column("batch", "per request", 0),
                Column("p95_ms", "request p95, ms", 0),
                Column("web_killed", "web workers killed", 0),
                Column("worker_killed", "Celery workers killed", 0),
                Column("redis_restarted", "Redis restarted", 0),
                Column("events_sent", "sent", 0),
                Column("events_lost", "lost", 0),
                Column("events_doubled", "doubled", 0),
                Column("load_1_min", "load of the machine", 1),
            )
        },
    ),
    "retraining": Section(
        "A training beside shoppers",
        "python -m benchmarks.retraining --json retraining.json",
        (Column("interactions", "interactions", 0), Column("products", "products", 0)),
        {
            "": (
                Column("users", "shoppers", 0),
                Column("rate", "requests/s", 0),
                Column("p50_idle_ms", "at rest p50, ms", 1),
                Column("p95_idle_ms", "at rest p95, ms", 1),
                Column("p50_during_ms", "beside it p50, ms", 1),
                Column("p95_during_ms", "beside it p95, ms", 1),
                Column("p95_ratio", "p95 ratio", 2),
                Column("worker_peak_mb", "worker's peak, MB", 0),
                Column("seconds", "training, s", 0),
                Column("status", "its version", None),
                Column("cores", "cores", 0),
                Column("load_1_min", "load of the machine", 1),
            )
        },
    ),
    "incremental": Section(
        "Fine-tuning in steps against training anew",
        "python -m benchmarks.incremental --data FILE --json incremental.json",
        _RANKING_NAMES,
        {
            "": (
                Column("steps", "steps", 0),
                Column("cases", "cases", 0),
                Column("stale_ndcg", "NDCG@10 of the first 80 %"),
                Column("fine_tuned_ndcg", "fine-tuned"),
                Column("full_ndcg", "trained anew"),
                Column("ndcg_change_percent", "difference, %", 1, sign=True),
                Column("mean_step_seconds", "a step, s", 2),
                Column("fine_tune_seconds", "all steps, s", 1),
                Column("full_seconds", "anew, s", 1),
                Column("seconds_percent", "steps of anew, %", 0),
                Column("fine_tune_processor_seconds", "all steps, processor s", 1),
                Column("full_processor_seconds", "anew, processor s", 1),
                Column("processor_percent", "steps of anew, processor %", 0),
            )
        },
    ),
    "serving": Section(
        "Recommendations under load",
        "python -m benchmarks.serving --json serving.json",
        (Column("products", "products", 0), Column("users", "shoppers", 0)),
        {
            "": (
                Column("bare_without_middleware_rps", "bare view, no middleware, req/s", 0),
                Column("bare_rps", "bare view, req/s", 0),
                Column("api_rps", "ranked ahead, req/s", 0),
                Column("ratio", "/ bare", 2),
                Column("now_rps", "ranked now, req/s", 0),
                Column("now_ratio", "/ bare", 2),
                Column("saturated_p50_ms", "saturated p50, ms", 1),
                Column("saturated_p99_ms", "saturated p99, ms", 1),
                Column("errors", "errors", 0),
                Column("load_1_min", "load of the machine", 1),
            ),
            "At half of saturation:": (
                Column("half_rps", "ranked ahead, req/s", 0),
                Column("p50_ms", "p50, ms", 1),
                Column("p99_ms", "p99, ms", 1),
                Column("now_half_rps", "ranked now, req/s", 0),
                Column("now_p50_ms", "p50, ms", 1),
                Column("now_p99_ms", "p99, ms", 1),
            ),
            "What a request needs, and what a worker holds:": (
                Column("queries", "SQL queries", 0),
                Column("bytes_each", "bytes of an answer", 0),
                Column("rss_mb", "resident, MB", 0),
                Column("pss_mb", "shared pages counted once, MB", 0),
                Column("private_mb", "its own, MB", 0),
            ),
        },
    ),
    "shilling": Section(
        "Made-up shoppers who push a product",
        "python -m benchmarks.shilling --json shilling.json",
        (
            Column("recommender", "lists of", None),
            Column("attack", "made-up shoppers view", None),
            Column("made_up_percent", "made up, %", 0),
        ),
        {
            "Real shoppers who get the pushed product among their first ten, as a share:": (
                Column("hit_rate_before", "before"),
                Column("hit_rate_after", "after"),
                Column("shift", "shift", sign=True, best="low"),
            )
        },
    ),
    "feedback_loop": Section(
        "A ranking that learns from the clicks on its lists",
        "python -m benchmarks.feedback_loop --data DIR --json loop.json",
        (Column("every", "discoveries, one of", 0), Column("round", "round", 0)),
        {
            "": (
                Column("coverage", "coverage"),
                Column("shown_lately", "shown in ten rounds"),
                Column("gini", "Gini of exposure"),
                Column("share_of_popular", "places of the popular tenth"),
                Column("clicks_per_list", "expected clicks per list", 2),
                Column("ever_clicked", "products ever clicked"),
            )
        },
    ),
    "discovery_price": Section(
        "What discoveries cost",
        "python -m benchmarks.feedback_loop --data DIR --json loop.json",
        (Column("dataset", "set", None), Column("every", "discoveries, one of", 0)),
        {
            "Lists of the whole catalogue, one item held out of train per user:": (
                Column("users", "users", 0),
                Column("ndcg_at_10_plain", "NDCG@10 without", 4),
                Column("ndcg_at_10_discovering", "NDCG@10 with", 4),
                Column("hr_at_12_plain", "HR@12 without", 4),
                Column("hr_at_12_discovering", "HR@12 with", 4),
            )
        },
    ),
    "shoppers": Section(
        "A thousand shoppers at once",
        "python -m benchmarks.shoppers --json shoppers.json",
        (Column("requests", "requests", None),),
        {
            "": (
                Column("shoppers", "shoppers", 0),
                Column("count", "sent", 0),
                Column("failures", "failed", 0),
                Column("rps", "req/s", 1),
                Column("mean_ms", "mean, ms", 1),
                Column("p50_ms", "p50, ms", 0),
                Column("p99_ms", "p99, ms", 0),
                Column("load_1_min", "load of the machine", 1),
            )
        },
    ),
}
