/** What an evaluation found, as it is written: JSON as it stands, HTML and text from it. Types only. */
import type { Anchor } from '../../lambdas/domain/calibration.ts';
import type { Interval } from './metrics.ts';

/** A rate, 0..1, and its bounds with 95% confidence. */
export interface Rate {
  readonly rate: number;
  readonly interval: Interval;
}

export interface RateAtFmr {
  readonly fmr: number;
  /** Undefined where the impostor pairs are too few to show the rate. */
  readonly tpr?: Rate & { readonly threshold: number };
}

interface RatesAtScore {
  readonly score: number;
  readonly fmr: Rate;
  readonly tpr: Rate;
}

export interface Extreme {
  readonly score: number;
  readonly names: readonly [string, string];
}

export interface Recognition {
  readonly pairs: { readonly genuine: number; readonly impostor: number };
  readonly eer: Rate & { readonly threshold: number };
  readonly tprAtFmr: readonly RateAtFmr[];
  /** At the lowest threshold that no pair of strangers reaches: their rate is then below 3/n with 95% confidence. */
  readonly tprAtNone: Rate & { readonly threshold: number };
  readonly atScores: readonly RatesAtScore[];
  /** The strangers taken most for one person, the most alike first. */
  readonly highestImpostors: readonly Extreme[];
  /** The pairs of one person taken least for one, the least alike first. */
  readonly lowestGenuine: readonly Extreme[];
  readonly roc: readonly { readonly threshold: number; readonly fmr: number; readonly tpr: number }[];
  /** Pairs by score, in equal steps from 0 to 1. */
  readonly histogram: { readonly genuine: readonly number[]; readonly impostor: readonly number[] };
}

/** Milliseconds. */
export interface Latency {
  readonly p50: number;
  readonly p95: number;
  readonly p99: number;
}

export interface Report {
  readonly measuredAt: string;
  readonly installation: {
    readonly modelSet: string;
    /** SHA-256 by model. */
    readonly models: Readonly<Record<string, string>>;
    readonly processor: string;
    readonly node: string;
    readonly threads: number;
  };
  readonly data: {
    readonly source: string;
    readonly photos: number;
    readonly people: number;
    /** Photos with more than one face: the most prominent is taken. */
    readonly severalFaces: number;
    /** Photos that gave no template, with the reason. */
    readonly notAcquired: readonly { readonly name: string; readonly reason: string }[];
    /** Pairs that hold such a photo. */
    readonly pairsNotCompared: number;
    /** Pairs that there were, if those compared are a sample. */
    readonly sampledFrom?: number;
  };
  readonly recognition: Recognition;
  readonly latency: { readonly decode: Latency; readonly engine: Latency };
  readonly spoof?: SpoofReport;
  readonly calibration?: CalibrationReport;
}

export interface SpoofReport {
  readonly source: string;
  /** Photos of it at or above are taken for live. */
  readonly threshold: number;
  /** Why there is nothing else here. */
  readonly unavailable?: string;
  /** Bona fide presentation classification error rate: share of live photos taken for attacks. */
  readonly live?: SpoofKind;
  /** Attack presentation classification error rate of each kind: share of its photos taken for live. */
  readonly attacks?: readonly SpoofKind[];
}

export interface SpoofKind {
  readonly kind: string;
  readonly measured: number;
  readonly errors: number;
  /** Undefined where nothing was measured. */
  readonly rate?: Rate;
  readonly notMeasured: readonly { readonly name: string; readonly reason: string }[];
}

export interface CalibrationReport {
  readonly file: string;
  readonly measuredDownTo: number;
  readonly before: { readonly anchors: readonly Anchor[]; readonly atScores: readonly RatesAtScore[] };
  readonly after: { readonly anchors: readonly Anchor[]; readonly atScores: readonly RatesAtScore[] };
}
