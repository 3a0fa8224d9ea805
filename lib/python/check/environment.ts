import type { Program } from '../syntax/tree.js';
import type { PyModule } from '../values/value.js';

/** What the host knows of a value of its own before a run; where it is `null`, nothing. */
export type HostValue =
  | {
      readonly is: 'record';
      readonly name: string;
      /** All that it can have. */
      readonly attributes: Readonly<Record<string, HostValue | null>>;
    }
  | { readonly is: 'function'; readonly returns: HostValue | null }
  /** One of Python's own types, such as `dict`. */
  | { readonly is: 'type'; readonly type: string };

/** What is known of a name that each run gives. */
export interface GlobalName {
  readonly is?: HostValue;
  /** The keywords that a call may have. */
  readonly keywords?: readonly string[];
  /** The texts that may be its first argument, and what they name. */
  readonly named?: { readonly what: string; readonly names: readonly string[] };
}

/** What an expression finds beside Python's own names. */
export interface PythonEnvironment {
  /** Names that each run gives. */
  readonly globals: ReadonlyMap<string, GlobalName>;
  /** Names that are known and not available, each with the reason. */
  readonly refused: ReadonlyMap<string, string>;
  /** The attributes of the host's objects. */
  readonly attributes: ReadonlySet<string>;
  /** Modules that each run gives: their members. */
  readonly modules: ReadonlyMap<string, ReadonlySet<string>>;
  /** What the host knows of its own objects. A `mistake` is one of the expression, a `notice` only worth a look. */
  inspect?(program: Program, report: ReportUse): void;
}

export type ReportUse = (severity: 'mistake' | 'notice', at: number, message: string) => void;

/** The tables of the kit that a check looks into. */
export interface KnownTables {
  readonly modules: ReadonlyMap<string, PyModule>;
  /** Modules and members that are known and not available, each with the reason. */
  readonly refusedModules: ReadonlyMap<string, string>;
  /** The names of all attributes of the kit's own values. */
  readonly attributes: ReadonlySet<string>;
}
