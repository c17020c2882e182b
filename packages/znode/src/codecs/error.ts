import { readInt32, writeInt32, type FieldReader } from '@quorate/codec'
import type { ByteWriter } from '@quorate/core'
import { znodeErrorNumbers, type ZnodeError, type ZnodeErrorCode } from '../api/errors.ts'
import { readZxid, writeZxid } from './stat.ts'

const codesByNumber: ReadonlyMap<number, ZnodeErrorCode> = /* @__PURE__ */ new Map(
  (Object.keys(znodeErrorNumbers) as ZnodeErrorCode[]).map((code) => [znodeErrorNumbers[code], code]),
)

export function writeError(writer: ByteWriter, error: ZnodeError): void {
  writeZxid(writer, error.zxid)
  writeInt32(writer, znodeErrorNumbers[error.error])
}

export function readError(reader: FieldReader): ZnodeError {
  const zxid = readZxid(reader)
  const number = readInt32(reader)
  return {
    type: 'error',
    zxid,
    error: codesByNumber.get(number) ?? reader.fail(`there is no error ${number}`),
  }
}
