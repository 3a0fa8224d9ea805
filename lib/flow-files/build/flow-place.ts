import type { FilePlace, FlowOrigin } from '../../flow/flow-origin.js';
import type { StageBindingSpec } from '../../flow/flow.js';
import type { FlowRecord, RecordPosition } from '../records/record.js';
import type { Building } from './building.js';

/** A step of a flow, and the records that it is made of. */
export interface PlacedStage {
  readonly spec: StageBindingSpec;
  readonly binding: FlowRecord;
  readonly stage: FlowRecord;
}

/** Where the flow and its stages stand; `null`: in no file of this import. */
export function placeOf(record: FlowRecord, steps: readonly PlacedStage[], building: Building): FlowOrigin | null {
  const at = building.place(record);
  if (at === undefined) return null;
  const placed = steps.flatMap(({ spec, binding, stage }) => {
    const [of, from] = [building.place(binding), building.place(stage)];
    return of === undefined || from === undefined
      ? []
      : [[spec.key ?? spec.stage.name, { binding: filePlace(of), stage: filePlace(from) }] as const];
  });
  return { flow: filePlace(at), bindings: new Map(placed), isIncomplete: false };
}

function filePlace({ file, at }: RecordPosition): FilePlace {
  return { file, ...at };
}
