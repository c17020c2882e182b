import { transportSuite } from '../src/index.ts'
import { mustFail, mustPass } from './support/run-suite.ts'
import { memoryNetwork, simNetwork } from './support/transport-subjects.ts'
import { wrongTransports } from './wrong/transports.ts'

mustPass('MemoryNetwork', transportSuite(memoryNetwork()))
mustPass('SimNetwork', transportSuite(simNetwork()))
mustFail('transports', transportSuite, wrongTransports)
