import { multiPaxos } from '@quorate/paxos'
import { raft } from '@quorate/raft'
import { zab } from '@quorate/zab'
import { engineSuite } from '../src/index.ts'
import { mustFail, mustPass } from './support/run-suite.ts'
import { wrongEngines } from './wrong/engines.ts'

mustPass('raft', engineSuite({ definition: raft(), compacting: raft({ compactionTail: 0, catchUpTail: 0 }) }))
mustPass('zab', engineSuite({ definition: zab(), compacting: zab({ compactionTail: 0 }) }))
mustPass(
  'multi-paxos',
  engineSuite({ definition: multiPaxos(), compacting: multiPaxos({ compactionTail: 0 }) }),
)
mustPass(
  'multi-paxos with a narrow window',
  engineSuite({
    definition: multiPaxos({ window: 2 }),
    compacting: multiPaxos({ window: 1, compactionTail: 0 }),
  }),
)
mustFail('engines', engineSuite, wrongEngines, true)
