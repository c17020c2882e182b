import { snapshotStoreSuite } from '../src/index.ts'
import { mustFail, mustPass } from './support/run-suite.ts'
import { memorySnapshots, simSnapshots } from './support/snapshot-subjects.ts'
import { wrongSnapshotStores } from './wrong/snapshot-stores.ts'

mustPass('MemorySnapshotStore', snapshotStoreSuite(memorySnapshots()))
mustPass('openSnapshotStore on a simulated disk', snapshotStoreSuite(simSnapshots()))
mustFail('snapshot stores', snapshotStoreSuite, wrongSnapshotStores)
