import { testMutants } from './hunts.ts'
import { multiPaxosMutants } from './multi-paxos-mutants.ts'

testMutants('multi-paxos', multiPaxosMutants)
