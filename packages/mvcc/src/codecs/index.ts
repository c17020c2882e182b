import type { MachineCodecs } from '@quorate/core'
import type { MvccChange } from '../api/changes.ts'
import type { MvccCommand } from '../api/commands.ts'
import type { MvccQuery } from '../api/queries.ts'
import type { MvccAnswer, MvccResult } from '../api/results.ts'
import { answerCodec } from './answer.ts'
import { changeCodec } from './change.ts'
import { commandCodec } from './command.ts'
import { queryCodec } from './query.ts'
import { resultCodec } from './result.ts'

/** The encodings of the machine's types: hand-written, canonical, and checked in full when they are read. */
export const mvccCodecs: MachineCodecs<MvccCommand, MvccResult, MvccQuery, MvccAnswer, MvccChange> = {
  command: commandCodec,
  result: resultCodec,
  query: queryCodec,
  answer: answerCodec,
  change: changeCodec,
}
