import { testMutants } from './hunts.ts'
import { raftMutants } from './raft-mutants.ts'

testMutants('raft', raftMutants)
