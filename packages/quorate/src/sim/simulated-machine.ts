import { kv } from '@quorate/check'
import type { AnyMachineDefinition } from '@quorate/core'
import type { HistoryOperation, Workload } from '@quorate/sim'
import { findKnown } from '../registry/known.ts'
import { machineNamed } from '../registry/machines.ts'
import { type HistoryVerdict, judgeHistory } from './judge-history.ts'
import { mvccWorkload } from './mvcc-workload.ts'
import { znodeModel } from './znode-model.ts'
import { znodeWorkload } from './znode-workload.ts'

/** A machine as simulations run it: with clients that know it, and a judge of what they saw. */
export interface SimulatedMachine {
  readonly definition: AnyMachineDefinition
  readonly workload: Workload
  judge(history: readonly HistoryOperation[]): HistoryVerdict
}

/** Every machine that can be simulated, by name. A new one is added here. */
const machines: Readonly<Record<string, () => Omit<SimulatedMachine, 'definition'>>> = {
  mvcc: () => ({ workload: mvccWorkload, judge: (history) => judgeHistory(kv(), history) }),
  znode: () => ({ workload: znodeWorkload, judge: (history) => judgeHistory(znodeModel, history) }),
}

/** @throws QuorateError `USAGE` for a name that is not known */
export function simulatedMachine(name: string): SimulatedMachine {
  return { ...findKnown('machine', machines, name), definition: machineNamed(name) }
}
