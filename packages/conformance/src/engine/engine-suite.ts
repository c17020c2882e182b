import type { Message } from '@quorate/core'
import { buildSuite } from '../suite/build-suite.ts'
import type { CaseSpec, Suite } from '../suite/case.ts'
import { checkExtent } from '../suite/extent.ts'
import { clusterCases } from './cluster-cases.ts'
import { durabilityCases } from './durability-cases.ts'
import { replayCases } from './replay-cases.ts'
import { robustnessCases } from './robustness-cases.ts'
import { stormCases } from './storm-cases.ts'
import type { EngineSubject } from './subject.ts'

/** What every consensus engine must do (`Engine` and `EngineDefinition` in core), for one of them. */
export function engineSuite<M extends Message>(subject: EngineSubject<M>): Suite {
  checkExtent(subject)
  // No case looks at a message but through the definition, so which messages there are does not matter.
  const cases = [
    ...clusterCases,
    ...durabilityCases,
    ...stormCases,
    ...replayCases,
    ...robustnessCases,
  ] as unknown as readonly CaseSpec<EngineSubject<M>>[]
  return buildSuite<EngineSubject<M>, never>(`engine ${subject.definition.name}`, subject, [], cases)
}
