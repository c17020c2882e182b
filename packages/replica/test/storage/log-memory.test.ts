import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { expect, it } from 'vitest'
import type { DurableLogStore } from '../../src/storage/index.ts'
import { FaultyDisk } from './faulty-disk.ts'
import { append, hardState, open, write } from './fixtures.ts'

setFlagsFromString('--expose_gc')
const collectGarbage = runInNewContext('gc') as () => void

/** Opens the log, and keeps of what was read only a way to see whether it is still there. */
function openAndLook(disk: FaultyDisk): { store: DurableLogStore; first: WeakRef<object> } {
  const store = open(disk, { location: '/data' })
  return { store, first: new WeakRef(store.image.entries[0]!) }
}

/** What held it was the function that names files in messages: it was made beside the log that had been read. */
it('what was read at the opening is let go of with the first write, and read back from the disk from then on', async () => {
  const disk = new FaultyDisk()
  write(disk, open(disk), hardState(1), append(1, 100))
  const { store, first } = openAndLook(disk)
  write(disk, store, append(101, 101))
  await new Promise((resolve) => setImmediate(resolve)) // a WeakRef that was read holds until the end of its job
  collectGarbage()
  expect(first.deref()).toBeUndefined()
  let indexes: number[] = []
  store.read(1, 101, (entries) => (indexes = entries.map(({ index }) => index)))
  expect(indexes).toEqual(Array.from({ length: 101 }, (_, i) => i + 1))
})
