import type { MachineCodecs } from '@quorate/core'
import type { ZnodeChange } from '../api/changes.ts'
import type { ZnodeCommand } from '../api/commands.ts'
import type { ZnodeQuery } from '../api/queries.ts'
import type { ZnodeAnswer, ZnodeResult } from '../api/results.ts'
import { answerCodec } from './answer.ts'
import { changeCodec } from './change.ts'
import { commandCodec } from './command.ts'
import { queryCodec } from './query.ts'
import { resultCodec } from './result.ts'

/** The encodings of the machine's types: hand-written, canonical, and checked in full when they are read. */
export const znodeCodecs: MachineCodecs<ZnodeCommand, ZnodeResult, ZnodeQuery, ZnodeAnswer, ZnodeChange> = {
  command: commandCodec,
  result: resultCodec,
  query: queryCodec,
  answer: answerCodec,
  change: changeCodec,
}
