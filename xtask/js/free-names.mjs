// Names that a script uses and does not define: what it expects of the place it runs in.
// Scopes are those of ES2015: functions and blocks; `var` belongs to the function, let, const, class and function to the block.

class Scope {
  constructor(parent, isFunction) {
    this.parent = parent
    this.isFunction = isFunction
    this.names = new Set()
  }
  declare(name) { this.names.add(name) }
  ofFunction() { return this.isFunction || !this.parent ? this : this.parent.ofFunction() }
  has(name) { return this.names.has(name) || (this.parent !== null && this.parent.has(name)) }
}

const FUNCTIONS = new Set(['FunctionDeclaration', 'FunctionExpression', 'ArrowFunctionExpression'])
const BLOCKS = new Set(['BlockStatement', 'ForStatement', 'ForInStatement', 'ForOfStatement', 'SwitchStatement', 'CatchClause'])

/** Every free name, with the position of its first use. */
export function freeNames(program) {
  const references = []
  visit(program, new Scope(null, true), references)
  const free = new Map()
  for (const { node, scope } of references) {
    // Looked up only now, when every scope is complete: functions and var may be used above their declaration.
    if (scope.has(node.name)) continue
    if (!free.has(node.name)) free.set(node.name, node.start)
  }
  return free
}

/** Every member that is read by name: `a.b`, `a['b']`. */
export function members(node, found = []) {
  if (node.type === 'MemberExpression') {
    const { property, computed } = node
    const name = computed ? property.value : property.name
    if (typeof name === 'string') found.push({ name, start: property.start })
  }
  for (const child of Object.values(node)) {
    for (const one of Array.isArray(child) ? child : [child]) if (one && typeof one.type === 'string') members(one, found)
  }
  return found
}

function visit(node, scope, references) {
  if (node.type === 'Identifier') {
    references.push({ node, scope })
    return
  }
  let inner = scope
  if (FUNCTIONS.has(node.type)) {
    if (node.type === 'FunctionDeclaration' && node.id) scope.declare(node.id.name)
    inner = new Scope(scope, true)
    inner.declare('arguments')
    if (node.type === 'FunctionExpression' && node.id) inner.declare(node.id.name)
    for (const parameter of node.params) declarePattern(parameter, inner, inner, references)
    visit(node.body, inner, references)
    return
  }
  if (BLOCKS.has(node.type)) inner = new Scope(scope, false)
  if (node.type === 'CatchClause' && node.param) {
    declarePattern(node.param, inner, inner, references)
    visit(node.body, inner, references)
    return
  }
  if (node.type === 'ClassDeclaration' || node.type === 'ClassExpression') {
    if (node.type === 'ClassDeclaration') scope.declare(node.id.name)
    inner = new Scope(scope, false)
    if (node.id) inner.declare(node.id.name)
    if (node.superClass) visit(node.superClass, inner, references)
    visit(node.body, inner, references)
    return
  }
  if (node.type === 'VariableDeclaration') {
    const owner = node.kind === 'var' ? scope.ofFunction() : scope
    for (const { id, init } of node.declarations) {
      declarePattern(id, owner, scope, references)
      if (init) visit(init, scope, references)
    }
    return
  }
  for (const [key, child] of Object.entries(node)) {
    if (isNameOnly(node, key)) continue
    for (const one of Array.isArray(child) ? child : [child]) {
      if (one && typeof one.type === 'string') visit(one, inner, references)
    }
  }
}

/** What a pattern binds goes to `owner`; its defaults and computed keys are ordinary expressions of `scope`. */
function declarePattern(node, owner, scope, references) {
  switch (node.type) {
    case 'Identifier':
      owner.declare(node.name)
      break
    case 'AssignmentPattern':
      declarePattern(node.left, owner, scope, references)
      visit(node.right, scope, references)
      break
    case 'ArrayPattern':
      for (const element of node.elements) if (element) declarePattern(element, owner, scope, references)
      break
    case 'ObjectPattern':
      for (const property of node.properties) {
        if (property.computed) visit(property.key, scope, references)
        declarePattern(property.value, owner, scope, references)
      }
      break
    case 'RestElement':
      declarePattern(node.argument, owner, scope, references)
      break
    default:
      visit(node, scope, references)
  }
}

/** An identifier that is a property's or a label's name, and no reference. */
function isNameOnly(node, key) {
  switch (node.type) {
    case 'MemberExpression': return key === 'property' && !node.computed
    case 'Property':
    case 'MethodDefinition': return key === 'key' && !node.computed
    case 'LabeledStatement':
    case 'BreakStatement':
    case 'ContinueStatement': return key === 'label'
    case 'MetaProperty': return true
    default: return false
  }
}
