/**
 * Binary encodings: fixed, versioned structures over MessagePack for what changes often, hand-written fields for what
 * is hot, and the stream form of snapshots. Pure; runs in a browser.
 *
 * @packageDocumentation
 */
export * from './binary-codec.ts'
export * from './plain-bytes.ts'
export * from './utf8.ts'
export * from './version-byte.ts'
export * from './fields/field-reader.ts'
export * from './fields/lists.ts'
export * from './fields/scalars.ts'
export * from './snapshot/chunked-reader.ts'
export * from './snapshot/chunked-source.ts'
export * from './structured/structured-codec.ts'
export * from './message-codec.ts'
