import { analytics } from "./engines/analytics.ts";
import { brokers } from "./engines/brokers.ts";
import { caches } from "./engines/caches.ts";
import { commercial } from "./engines/commercial.ts";
import { coordination } from "./engines/coordination.ts";
import { documents } from "./engines/documents.ts";
import type { Engine } from "./engines/engine.ts";
import { graphsAndSearch } from "./engines/graphs-and-search.ts";
import { mysql } from "./engines/mysql.ts";
import { postgresql } from "./engines/postgresql.ts";
import { storage } from "./engines/storage.ts";
import { timeSeries } from "./engines/time-series.ts";

/** Every stateful engine that the pack knows, by family. Extend it by a row in the family's file. */
export const ENGINES: readonly Engine[] = [
    ...postgresql,
    ...mysql,
    ...commercial,
    ...documents,
    ...graphsAndSearch,
    ...timeSeries,
    ...brokers,
    ...coordination,
    ...storage,
    ...analytics,
    ...caches,
];
