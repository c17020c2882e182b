import {
  anyVersion,
  type CheckOperation,
  type CreateCommand,
  type DeleteCommand,
  type MultiOperation,
  type SetDataCommand,
} from '../api/commands.ts'
import type { ZnodeErrorCode } from '../api/errors.ts'
import { noSession } from '../api/stat.ts'
import { isValidPath, parentOf, reservedPaths, sequentialSuffix } from '../tree/path.ts'
import type { NodeView, TreeView } from '../tree/tree-view.ts'
import type {
  CheckEffect,
  CreateEffect,
  DeleteEffect,
  Effect,
  SetDataEffect,
  WriteEffect,
} from './effects.ts'

/** Judges an operation by a tree, changing nothing. The order of the checks is `PrepRequestProcessor`'s. */
export function prepare(tree: TreeView, operation: MultiOperation): Effect | ZnodeErrorCode {
  return operation.type === 'check' ? prepareCheck(tree, operation) : prepareWrite(tree, operation)
}

/** The same, for an operation that may stand alone. */
export function prepareWrite(tree: TreeView, command: WriteCommand): WriteEffect | ZnodeErrorCode {
  switch (command.type) {
    case 'create':
      return prepareCreate(tree, command)
    case 'setData':
      return prepareSetData(tree, command)
    case 'delete':
      return prepareDelete(tree, command)
  }
}

type WriteCommand = CreateCommand | SetDataCommand | DeleteCommand

function prepareCreate(tree: TreeView, command: CreateCommand): CreateEffect | ZnodeErrorCode {
  const parent = parentOf(command.path)
  if (parent === undefined || command.path.includes('\0')) return 'BADARGUMENTS'
  const parentNode = tree.node(parent)
  if (parentNode === undefined) return 'NONODE'
  // The number comes before the check of the path: `/a/` and `/a/..` are right as prefixes.
  const path = isSequential(command) ? command.path + sequentialSuffix(parentNode.creates) : command.path
  if (!isValidPath(path)) return 'BADARGUMENTS'
  if (tree.node(path) !== undefined) return 'NODEEXISTS'
  if (parentNode.ephemeralOwner !== noSession) return 'NOCHILDRENFOREPHEMERALS'
  return { type: 'create', path, parent, data: command.data, ephemeralOwner: noSession }
}

function isSequential(command: CreateCommand): boolean {
  switch (command.mode) {
    case 'PERSISTENT':
      return false
    case 'PERSISTENT_SEQUENTIAL':
      return true
  }
}

function prepareSetData(tree: TreeView, command: SetDataCommand): SetDataEffect | ZnodeErrorCode {
  const { path, data } = command
  const node = expectVersion(tree, command)
  return typeof node === 'string' ? node : { type: 'setData', path, data, version: nextVersion(node.version) }
}

function prepareDelete(tree: TreeView, command: DeleteCommand): DeleteEffect | ZnodeErrorCode {
  const { path, version } = command
  const parent = parentOf(path)
  if (parent === undefined || path.includes('\0') || reservedPaths.includes(path)) return 'BADARGUMENTS'
  const node = tree.node(parent) && tree.node(path)
  if (node === undefined) return 'NONODE'
  if (!hasVersion(node, version)) return 'BADVERSION'
  return node.childCount > 0 ? 'NOTEMPTY' : { type: 'delete', path, parent }
}

function prepareCheck(tree: TreeView, operation: CheckOperation): CheckEffect | ZnodeErrorCode {
  const node = expectVersion(tree, operation)
  return typeof node === 'string' ? node : { type: 'check' }
}

function expectVersion(
  tree: TreeView,
  operation: { readonly path: string; readonly version: number },
): NodeView | ZnodeErrorCode {
  if (!isValidPath(operation.path)) return 'BADARGUMENTS'
  const node = tree.node(operation.path)
  if (node === undefined) return 'NONODE'
  return hasVersion(node, operation.version) ? node : 'BADVERSION'
}

function hasVersion(node: NodeView, expected: number): boolean {
  return expected === anyVersion || expected === node.version
}

/** 32 bits, over -1, which would mean "any" (ZOOKEEPER-4743). */
function nextVersion(version: number): number {
  const next = (version + 1) | 0
  return next === anyVersion ? 0 : next
}
