import { readInt32, readText, writeInt32, writeText, type FieldReader } from '@quorate/codec'
import type { ByteWriter } from '@quorate/core'
import { noSession, type SessionId, type Stat } from '../api/stat.ts'
import type { Zxid } from '../api/zxid.ts'

export function writeZxid(writer: ByteWriter, zxid: Zxid): void {
  writer.u64(zxid.epoch).u64(zxid.counter)
}

export function readZxid(reader: FieldReader): Zxid {
  return { epoch: reader.u64(), counter: reader.u64() }
}

const sessionForm = /^0x[1-9a-f][0-9a-f]{0,15}$/

export function readSessionId(reader: FieldReader): SessionId {
  const text = readText(reader)
  if (text === noSession) return noSession
  if (!sessionForm.test(text)) reader.fail('a session id that is none')
  return text
}

export function writeStat(writer: ByteWriter, stat: Stat): void {
  writeZxid(writer, stat.czxid)
  writeZxid(writer, stat.mzxid)
  writeZxid(writer, stat.pzxid)
  writer.u64(stat.ctime).u64(stat.mtime)
  writeInt32(writer, stat.version)
  writeInt32(writer, stat.cversion)
  writeInt32(writer, stat.aversion)
  writeText(writer, stat.ephemeralOwner)
  writer.u32(stat.dataLength).u32(stat.numChildren)
}

export function readStat(reader: FieldReader): Stat {
  return {
    czxid: readZxid(reader),
    mzxid: readZxid(reader),
    pzxid: readZxid(reader),
    ctime: reader.u64(),
    mtime: reader.u64(),
    version: readInt32(reader),
    cversion: readInt32(reader),
    aversion: readInt32(reader),
    ephemeralOwner: readSessionId(reader),
    dataLength: reader.u32(),
    numChildren: reader.u32(),
  }
}
